import {
  add,
  type Code,
  d,
  F64,
  f64,
  get,
  I32,
  i32,
  load,
  multiply,
  set,
  splatDouble,
  store,
  subtract,
  V128,
  when,
} from '../code.js'
import { range, scalar } from '../doubles.js'
import type { WasmModule } from '../module.js'
import { some } from '../repeat.js'
import { entry, scratchOf } from './scratch.js'

/** Which triangle of a matrix is used, and how. */
export interface Triangle {
  readonly lower: boolean
  readonly transpose: boolean
  readonly unitDiagonal: boolean
}

/** Solves T X = B, or TᵀX = B, for a tile of right-hand sides where it lies; parameters T and the tile, in double precision. */
export function triangleFunction(module: WasmModule, n: number, width: number, kind: Triangle): number {
  const { lower, transpose, unitDiagonal } = kind
  const forwards = lower !== transpose
  return module.function(`triangle ${[n, width, lower, transpose, unitDiagonal]}`, [I32, I32], [], (body) => {
    const { row } = scratchOf(n)
    const [i, t, x, own] = [body.local(I32), body.local(I32), body.local(I32), body.local(I32)]
    const factor = body.local(F64)
    const sums = Array.from({ length: width / 2 }, () => body.local(V128))
    const bytes = 8 * width
    const left = forwards ? get(i) : subtract(i32(n - 1), get(i))
    const first = forwards ? i32(0) : add(get(i), i32(1))
    const each = (change: (sum: Code, at: number) => Code): Code =>
      sums.map((sum, v) => set(sum, change(get(sum), 16 * v)))
    return range(body, i32(0), i32(n), (step) => [
      set(i, forwards ? step : subtract(i32(n - 1), step)),
      set(own, add(get(1), multiply(get(i), i32(bytes)))),
      set(x, add(get(1), multiply(first, i32(bytes)))),
      set(t, transpose ? entry(get(0), first, row, get(i)) : entry(get(0), get(i), row, first)),
      each((_, at) => load(get(own), at)),
      some(body, left, [
        // what is not there keeps infinities to themselves
        when(
          scalar.ne(scalar.load(get(t)), f64(0)),
          each((sum, at) => d.sub(sum, d.mul(d.loadSplat(get(t)), load(get(x), at)))),
        ),
        set(t, add(get(t), i32(transpose ? row : 8))),
        set(x, add(get(x), i32(bytes))),
      ]),
      unitDiagonal
        ? []
        : [
            set(factor, scalar.load(entry(get(0), get(i), row, get(i)))),
            each((sum) => d.div(sum, splatDouble(get(factor)))),
          ],
      sums.map((sum, v) => store(get(own), get(sum), 16 * v)),
    ])
  })
}
