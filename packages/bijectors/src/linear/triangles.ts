import { diag, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** A matrix `[n, n]` with what is not strictly above (or below) its diagonal set to zero. */
export function strict(side: 'upper' | 'lower', matrix: tf.Tensor): tf.Tensor {
  const n = matrix.shape[0]!
  const mask = Array.from({ length: n * n }, (_, at) => {
    const [row, column] = [Math.floor(at / n), at % n]
    return (side === 'upper' ? column > row : column < row) ? 1 : 0
  })
  return tf.mul(matrix, tensor(mask, [n, n]))
}

/** A triangular matrix: strictly above (or below) its diagonal that of `matrix` `[n, n]`, on it `diagonal` `[n]`. */
export const triangular = (side: 'upper' | 'lower', matrix: tf.Tensor, diagonal: tf.Tensor): tf.Tensor =>
  tf.add(strict(side, matrix), diag(diagonal))
