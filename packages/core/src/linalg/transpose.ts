import * as tf from '@tensorflow/tfjs-core'
import { matrixShape } from './batch.js'

/**
 * Aᵀ for each matrix of `[...batch, m, n]`.
 *
 * @throws EbbflowError `shape` when there are fewer than two axes.
 */
export function matrixTranspose(a: tf.Tensor): tf.Tensor {
  const { batch } = matrixShape(a.shape, 'matrixTranspose')
  const r = batch.length
  return tf.transpose(a, [...batch.keys(), r + 1, r])
}
