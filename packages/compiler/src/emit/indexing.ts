import {
  add,
  atLeast,
  block,
  branch,
  branchIf,
  type Code,
  copyBytes,
  F32,
  f32,
  f32add,
  fillBytes,
  get,
  I32,
  i32,
  loadF32,
  loadI32,
  loop,
  multiply,
  set,
  storeF32,
  trap,
  when,
} from './code.js'
import type { Body, WasmModule } from './module.js'

/** Turns that count a local up from 0. */
function counted(body: Body, count: number, turn: (index: Code) => Code): Code {
  const index = body.local(I32)
  return [
    set(index, i32(0)),
    block(
      loop(
        branchIf(1, atLeast(get(index), i32(count))),
        turn(get(index)),
        set(index, add(get(index), i32(1))),
        branch(0),
      ),
    ),
  ]
}

/** Reads index number `i` into a local, and stops the program where it does not lie in [0, n). */
const readIndex = (to: number, at: Code, n: number): Code => [
  set(to, loadI32(at)),
  when(atLeast(get(to), i32(n)), trap),
]

const scaled = (index: Code, elements: number): Code => multiply(index, i32(4 * elements))

/** Copies some floats: one by itself, many as a block. */
const copy = (to: Code, from: Code, count: number): Code =>
  count === 1 ? storeF32(to, loadF32(from)) : copyBytes(to, from, i32(4 * count))

export interface GatherSpec {
  outer: number
  n: number
  inner: number
  taken: number
}

/** out[o, j, :] = x[o, index[j], :]; parameters x, indices, out. */
export function gatherFunction(module: WasmModule, { outer, n, inner, taken }: GatherSpec): number {
  return module.function(`gather ${[outer, n, inner, taken]}`, [I32, I32, I32], [], (body) => {
    const index = body.local(I32)
    const to = body.local(I32)
    return [
      set(to, get(2)),
      counted(body, outer, () => [
        counted(body, taken, (j) => [
          readIndex(index, add(get(1), scaled(j, 1)), n),
          copy(get(to), add(get(0), scaled(get(index), inner)), inner),
          set(to, add(get(to), i32(4 * inner))),
        ]),
        set(0, add(get(0), i32(4 * n * inner))),
      ]),
    ]
  })
}

export interface SegmentSpec {
  rows: number
  inner: number
  segments: number
}

/** out[s, :] = Σ x[i, :] over the rows i of segment s; parameters x, segments, out. */
export function segmentFunction(module: WasmModule, { rows, inner, segments }: SegmentSpec): number {
  return module.function(`segments ${[rows, inner, segments]}`, [I32, I32, I32], [], (body) => {
    const index = body.local(I32)
    const to = body.local(I32)
    return [
      fillBytes(get(2), i32(0), i32(4 * segments * inner)),
      counted(body, rows, (i) => [
        readIndex(index, add(get(1), scaled(i, 1)), segments),
        set(to, add(get(2), scaled(get(index), inner))),
        counted(body, inner, () => [
          storeF32(get(to), f32add(loadF32(get(to)), loadF32(get(0)))),
          set(to, add(get(to), i32(4))),
          set(0, add(get(0), i32(4))),
        ]),
      ]),
    ]
  })
}

export interface CumsumSpec {
  outer: number
  n: number
  inner: number
  exclusive: boolean
  reverse: boolean
}

/** Running sums along the middle axis; parameters x, out. */
export function cumsumFunction(module: WasmModule, spec: CumsumSpec): number {
  const { outer, n, inner, exclusive, reverse } = spec
  return module.function(`cumsum ${[outer, n, inner, exclusive, reverse]}`, [I32, I32], [], (body) => {
    const sum = body.local(F32)
    const x = body.local(F32)
    const step = 4 * inner * (reverse ? -1 : 1)
    const start = reverse ? 4 * inner * (n - 1) : 0
    const shift = (bytes: number): Code => [set(0, add(get(0), i32(bytes))), set(1, add(get(1), i32(bytes)))]
    return counted(body, outer, () => [
      counted(body, inner, () => [
        set(sum, f32(0)),
        shift(start),
        counted(body, n, () => [
          set(x, loadF32(get(0))),
          exclusive ? storeF32(get(1), get(sum)) : [],
          set(sum, f32add(get(sum), get(x))),
          exclusive ? [] : storeF32(get(1), get(sum)),
          shift(step),
        ]),
        shift(4 - start - n * step),
      ]),
      // the columns moved by one row already
      shift(4 * inner * (n - 1)),
    ])
  })
}
