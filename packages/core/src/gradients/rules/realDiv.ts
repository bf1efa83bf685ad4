import * as tf from '@tensorflow/tfjs-core'
import { binary } from '../rule.js'

/** d(a / b) = da / b − a / b² db */
export const realDiv = binary(
  'RealDiv',
  (dy, _, b) => tf.div(dy, b),
  (dy, a, b) => tf.neg(tf.mul(dy, tf.div(tf.div(a, b), b))),
)
