import * as tf from '@tensorflow/tfjs-core'
import { binary } from '../rule.js'

const slope = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => {
  const difference = tf.sub(a, b)
  return tf.add(difference, difference)
}

/** d(a − b)² = 2 (a − b) (da − db) */
export const squaredDifference = binary(
  'SquaredDifference',
  (dy, a, b) => tf.mul(dy, slope(a, b)),
  (dy, a, b) => tf.mul(dy, slope(b, a)),
)
