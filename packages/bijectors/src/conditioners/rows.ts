import { sizeOf } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** `[...batch, size]` as `[rows, size]`. */
export const asRows = (x: tf.Tensor, size: number): tf.Tensor =>
  x.rank === 2 ? x : tf.reshape(x, [sizeOf(x.shape.slice(0, -1)), size])

/** `[rows, n]` with the batch axes of x in place of the rows. */
export const fromRows = (rows: tf.Tensor, x: tf.Tensor): tf.Tensor =>
  x.rank === 2 ? rows : tf.reshape(rows, [...x.shape.slice(0, -1), rows.shape[1]!])
