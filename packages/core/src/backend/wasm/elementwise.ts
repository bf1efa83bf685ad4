import type * as tf from '@tensorflow/tfjs-core'
import { broadcastShapes, type Shape, sameShape, sizeOf } from '../../shape.js'
import type { Kernel } from '../mend.js'
import { type BackendWasm, type Values, views } from './heap.js'

/** Computes `out` from `x`, of the same length. */
export type UnaryLoop = (x: Values, out: Values) => void

/**
 * Computes n elements: out[o + k] from x[p + k·s] and y[q + k·t]. Each kernel brings a loop of its own, because a loop shared by
 * several functions is not inlined.
 */
export type BinaryLoop = (
  x: Values,
  y: Values,
  out: Values,
  o: number,
  n: number,
  p: number,
  s: number,
  q: number,
  t: number,
) => void

/** A kernel of one input as a loop over the heap. */
export function unary(loop: UnaryLoop, dtype?: tf.DataType): Kernel<BackendWasm> {
  return ({ inputs, backend }) => {
    const x = inputs.x!
    const out = backend.makeOutput(x.shape, dtype ?? x.dtype)
    const [from, to] = views(backend, x, out)
    loop(from!, to!)
    return out
  }
}

/** A broadcasting kernel of two inputs, given by name, as a loop over the heap. */
export function binary(
  loop: BinaryLoop,
  dtype: (a: tf.DataType, b: tf.DataType) => tf.DataType = wider,
  names: readonly [string, string] = ['a', 'b'],
): Kernel<BackendWasm> {
  return ({ inputs, backend }) => {
    const a = inputs[names[0]]!
    const b = inputs[names[1]]!
    const shape = broadcastShapes(a.shape, b.shape)
    const out = backend.makeOutput(shape, dtype(a.dtype, b.dtype))
    const [x, y, to] = views(backend, a, b, out)
    walk(shape, a.shape, b.shape, (o, n, p, s, q, t) => loop(x!, y!, to!, o, n, p, s, q, t))
    return out
  }
}

/** The dtype of a sum or product; masks count as integers. */
export function wider(a: tf.DataType, b: tf.DataType): tf.DataType {
  return a === 'float32' || b === 'float32' ? 'float32' : 'int32'
}

/** Calls `run` for each stretch of the result over which both inputs advance by a constant step. */
function walk(
  shape: Shape,
  a: Shape,
  b: Shape,
  run: (o: number, n: number, p: number, s: number, q: number, t: number) => void,
): void {
  const total = sizeOf(shape)
  if (total === 0) return
  const sizeA = sizeOf(a)
  const sizeB = sizeOf(b)
  if (sameShape(a, b) || sizeA === 1 || sizeB === 1) {
    run(0, total, 0, sizeA === 1 ? 0 : 1, 0, sizeB === 1 ? 0 : 1)
    return
  }
  const [sa, sb] = [steps(a, shape), steps(b, shape)]
  const n = shape.at(-1)!
  const index = new Array<number>(shape.length - 1).fill(0)
  let [p, q] = [0, 0]
  for (let o = 0; o < total; o += n) {
    run(o, n, p, sa.at(-1)!, q, sb.at(-1)!)
    for (let d = index.length - 1; d >= 0; d--) {
      p += sa[d]!
      q += sb[d]!
      index[d]! += 1
      if (index[d]! < shape[d]!) break
      p -= sa[d]! * shape[d]!
      q -= sb[d]! * shape[d]!
      index[d] = 0
    }
  }
}

/** How far an input of shape `from` advances along each axis of the result, 0 where it repeats. */
function steps(from: Shape, to: Shape): number[] {
  const lead = to.length - from.length
  const out = new Array<number>(to.length).fill(0)
  let step = 1
  for (let d = to.length - 1; d >= lead; d--) {
    if (from[d - lead] !== 1) out[d] = step
    step *= from[d - lead]!
  }
  return out
}
