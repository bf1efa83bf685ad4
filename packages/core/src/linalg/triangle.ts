import * as tf from '@tensorflow/tfjs-core'

/** A 0/1 mask of shape `[n, n]`: ones below and above the diagonal where `below` and `above` say so, `diagonal` on it. */
export function triangleMask(n: number, below: 0 | 1, diagonal: number, above: 0 | 1): tf.Tensor {
  const values = new Float32Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) values[i * n + j] = i === j ? diagonal : i > j ? below : above
  return tf.tensor2d(values, [n, n])
}

/** The lower triangle of each matrix, its diagonal times `diagonal`. */
export function lowerTriangle(a: tf.Tensor, diagonal: number): tf.Tensor {
  return tf.mul(a, triangleMask(a.shape.at(-1)!, 1, diagonal, 0))
}

/** The upper triangle of each matrix, its diagonal times `diagonal`. */
export function upperTriangle(a: tf.Tensor, diagonal: number): tf.Tensor {
  return tf.mul(a, triangleMask(a.shape.at(-1)!, 0, diagonal, 1))
}
