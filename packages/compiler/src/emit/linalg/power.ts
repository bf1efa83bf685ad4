import {
  add,
  block,
  branchIf,
  type Code,
  call,
  d,
  F64,
  f64,
  fillBytes,
  get,
  I32,
  i32,
  isZero,
  load,
  loop,
  set,
  splatDouble,
  store,
  tee,
  V128,
  when,
} from '../code.js'
import { range, scalar } from '../doubles.js'
import type { WasmModule } from '../module.js'
import { moved, repeat } from '../repeat.js'
import { entry } from './scratch.js'

/** A power iteration on a matrix `[rows, columns]` from a vector on. */
export interface PowerSpec {
  readonly rows: number
  readonly columns: number
  readonly maxSteps: number
  readonly tolerance: number
}

/** Sums side by side, and the length of a line of numbers, of which the last are zeros. */
const BLOCK = 8
const line = (length: number): number => 8 * BLOCK * Math.ceil(length / BLOCK)

/** In scratch memory: the matrix, its transpose, and both vectors. */
function placesOf({ rows, columns }: PowerSpec) {
  const transposed = rows * line(columns)
  const u = transposed + columns * line(rows)
  const v = u + line(columns)
  return { transposed, u, v, bytes: v + line(rows) }
}
export const powerScratch = (spec: PowerSpec): number => placesOf(spec).bytes

/**
 * v ← W u / |W u|, u ← Wᵀ v / |Wᵀ v| until |Wᵀ v| hardly grows, with the bits of the engine's own kernel: all sums go in its order. Parameters W, the
 * first u, v, u, scratch memory, and two that it has no use for.
 */
export function powerFunction(module: WasmModule, spec: PowerSpec): number {
  const { rows, columns, maxSteps, tolerance } = spec
  return module.function(`power ${JSON.stringify(spec)}`, Array(7).fill(I32), [], (body) => {
    const places = placesOf(spec)
    const [left, u, v, transposed] = [body.local(I32), body.local(I32), body.local(I32), body.local(I32)]
    const [before, sigma] = [body.local(F64), body.local(F64)]
    const at = (offset: number): Code => add(get(4), i32(offset))
    const copied = (vector: Code, length: number, to: Code): Code =>
      range(body, i32(0), i32(length), (i) => scalar.storeFloat(entry(to, i, 4), scalar.load(entry(vector, i, 8))))
    const step: Code = [
      call(product(module, columns, rows), get(transposed), get(u), get(v)),
      // a length that is 0, or none
      set(sigma, call(normalise(module, rows), get(v))),
      branchIf(1, isZero(scalar.gt(get(sigma), f64(0)))),
      call(product(module, rows, columns), get(4), get(v), get(u)),
      set(sigma, call(normalise(module, columns), get(u))),
      branchIf(1, scalar.le(scalar.abs(scalar.sub(get(sigma), get(before))), scalar.mul(f64(tolerance), get(sigma)))),
      set(before, get(sigma)),
      branchIf(0, tee(left, add(get(left), i32(-1)))),
    ]
    return [
      fillBytes(get(4), i32(0), i32(places.bytes)),
      set(transposed, at(places.transposed)),
      set(u, at(places.u)),
      set(v, at(places.v)),
      range(body, i32(0), i32(columns), (j) => [
        scalar.store(entry(get(u), j, 8), scalar.loadFloat(entry(get(1), j, 4))),
        range(body, i32(0), i32(rows), (i) => [
          scalar.store(entry(get(4), i, line(columns), j), scalar.loadFloat(entry(get(0), i, 4 * columns, j, 4))),
          scalar.store(entry(get(transposed), j, line(rows), i), scalar.load(entry(get(4), i, line(columns), j))),
        ]),
      ]),
      set(left, i32(maxSteps)),
      maxSteps > 0 ? block(loop(step)) : [],
      copied(get(v), rows, get(2)),
      copied(get(u), columns, get(3)),
    ]
  })
}

/** y = Aᵀ x for A with so many rows; parameters A, x, y. */
const product = (module: WasmModule, rows: number, columns: number): number =>
  module.function(`transposed product ${rows} ${columns}`, [I32, I32, I32], [], (body) => {
    const [a, x] = [body.local(I32), body.local(I32)]
    const factor = body.local(V128)
    const sums = Array.from({ length: BLOCK / 2 }, () => body.local(V128))
    return repeat(body, Math.ceil(columns / BLOCK), [
      sums.map((sum) => set(sum, splatDouble(f64(0)))),
      set(a, get(0)),
      set(x, get(1)),
      repeat(body, rows, [
        set(factor, d.loadSplat(get(x))),
        sums.map((sum, k) => set(sum, d.add(get(sum), d.mul(load(get(a), 16 * k), get(factor))))),
        moved(a, line(columns)),
        moved(x, 8),
      ]),
      sums.map((sum, k) => store(get(2), get(sum), 16 * k)),
      moved(0, 8 * BLOCK),
      moved(2, 8 * BLOCK),
    ])
  })

/** Divides by the length and returns it; 0 leaves the vector as it is. */
const normalise = (module: WasmModule, length: number): number =>
  module.function(`normalise ${length}`, [I32], [F64], (body) => {
    const [sum, value] = [body.local(F64), body.local(F64)]
    const at = (i: Code): Code => entry(get(0), i, 8)
    return [
      range(body, i32(0), i32(length), (i) => [
        set(value, scalar.load(at(i))),
        set(sum, scalar.add(get(sum), scalar.mul(get(value), get(value)))),
      ]),
      set(sum, scalar.sqrt(get(sum))),
      when(
        scalar.gt(get(sum), f64(0)),
        range(body, i32(0), i32(length), (i) => scalar.store(at(i), scalar.div(scalar.load(at(i)), get(sum)))),
      ),
      get(sum),
    ]
  })
