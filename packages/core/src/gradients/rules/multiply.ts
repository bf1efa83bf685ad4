import * as tf from '@tensorflow/tfjs-core'
import { binary } from '../rule.js'

/** d(a b) = b da + a db */
export const multiply = binary(
  'Multiply',
  (dy, _, b) => tf.mul(dy, b),
  (dy, a) => tf.mul(dy, a),
)
