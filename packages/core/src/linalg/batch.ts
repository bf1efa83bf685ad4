import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../errors.js'
import type { KernelInput } from '../kernels/index.js'
import { broadcastShapes, type Shape, sameShape, showShape, sizeOf } from '../shape.js'

/** `[...batch, rows, columns]` taken apart. */
export interface MatrixShape {
  readonly batch: number[]
  readonly rows: number
  readonly columns: number
}

/** Takes a matrix shape apart; throws a `shape` error when there are fewer than two axes. */
export function matrixShape(shape: Shape, what: string): MatrixShape {
  if (shape.length < 2)
    throw new EbbflowError('shape', `${what} takes matrices`, {
      expected: '[...batch, rows, columns]',
      received: showShape(shape),
    })
  return { batch: shape.slice(0, -2), rows: shape.at(-2)!, columns: shape.at(-1)! }
}

/** Takes a shape of square matrices apart; throws a `shape` error when they are not. */
export function squareShape(shape: Shape, what: string): { batch: number[]; n: number } {
  const { batch, rows, columns } = matrixShape(shape, what)
  if (rows !== columns)
    throw new EbbflowError('shape', `${what} takes square matrices`, {
      expected: '[...batch, n, n]',
      received: showShape(shape),
    })
  return { batch, n: rows }
}

/** The shapes of `a` (square) and `b` in a linear system, and the batch that theirs broadcast to. */
export function systemShape(a: Shape, b: Shape, what: string): { batch: number[]; n: number; columns: number } {
  const { batch, n } = squareShape(a, what)
  const right = matrixShape(b, what)
  if (right.rows !== n)
    throw new EbbflowError('shape', `${what}: the right side does not fit the matrix`, {
      expected: `[...batch, ${n}, columns]`,
      received: showShape(b),
    })
  return { batch: broadcastShapes(batch, right.batch), n, columns: right.columns }
}

/** A copy in double precision of the `index`-th run of `size` numbers. */
export function doubles(input: KernelInput, index: number, size: number): Float64Array {
  return new Float64Array(input.values.subarray(index * size, (index + 1) * size))
}

/** For each place in a batch of shape `to`, the place of its counterpart in one of shape `from` that broadcasts to it. */
export function broadcastIndices(from: Shape, to: Shape): Int32Array {
  const out = new Int32Array(sizeOf(to))
  let size = 1
  const strides = to.map(() => 0)
  for (let i = from.length - 1; i >= 0; i--) {
    if (from[i] !== 1) strides[to.length - from.length + i] = size
    size *= from[i]!
  }
  for (let i = 0; i < out.length; i++) {
    let rest = i
    for (let axis = to.length - 1; axis >= 0; axis--) {
      out[i]! += (rest % to[axis]!) * strides[axis]!
      rest = Math.floor(rest / to[axis]!)
    }
  }
  return out
}

/** Sums a gradient over the axes that were broadcast. */
export function sumTo(x: tf.Tensor, shape: Shape): tf.Tensor {
  if (sameShape(x.shape, shape)) return x
  const extra = x.rank - shape.length
  const axes = x.shape.flatMap((n, i) => (i < extra || (shape[i - extra] === 1 && n !== 1) ? [i] : []))
  return tf.reshape(tf.sum(x, axes), [...shape])
}

/** The error for the `index`-th matrix of a batch. */
export function singular(what: string, reason: string, batch: Shape, index: number, pivot: number): EbbflowError {
  const place: number[] = []
  let rest = index
  for (let axis = batch.length - 1; axis >= 0; axis--) {
    place.unshift(rest % batch[axis]!)
    rest = Math.floor(rest / batch[axis]!)
  }
  const where = batch.length === 0 ? '' : ` in matrix ${showShape(place)} of the batch`
  return new EbbflowError('singular', `${what}: ${reason}${where}, at pivot ${pivot}`)
}
