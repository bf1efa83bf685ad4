import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../errors.js'
import { sizeOf } from '../shape.js'
import { squareShape } from './batch.js'

/**
 * The diagonals of square matrices: `[...batch, n, n]` to `[...batch, n]`.
 *
 * @throws EbbflowError `shape` when the matrices are not square.
 */
export function diagPart(a: tf.Tensor): tf.Tensor {
  const { batch, n } = squareShape(a.shape, 'diagPart')
  const count = sizeOf(batch)
  return tf.tidy(() => {
    // with n zeros appended, rows of n + 1 begin with the diagonal: no other entry, infinite or NaN, can touch it
    const padded = tf.pad(tf.reshape(a, [count, n * n]), [
      [0, 0],
      [0, n],
    ])
    const first = tf.slice(tf.reshape(padded, [count, n, n + 1]), [0, 0, 0], [count, n, 1])
    return tf.reshape(first, [...batch, n])
  })
}

/**
 * Square matrices with the given diagonals and zeros elsewhere: `[...batch, n]` to `[...batch, n, n]`.
 *
 * @throws EbbflowError `shape` when given a scalar.
 */
export function diag(d: tf.Tensor): tf.Tensor {
  if (d.rank === 0) throw new EbbflowError('shape', 'diag takes vectors', { expected: '[...batch, n]', received: '[]' })
  const batch = d.shape.slice(0, -1)
  const n = d.shape.at(-1)!
  const count = sizeOf(batch)
  return tf.tidy(() => {
    const rows = tf.pad(tf.reshape(d, [count, n, 1]), [
      [0, 0],
      [0, 0],
      [0, n],
    ])
    const flat = tf.slice(tf.reshape(rows, [count, n * (n + 1)]), [0, 0], [count, n * n])
    return tf.reshape(flat, [...batch, n, n])
  })
}
