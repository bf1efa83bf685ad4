import * as tf from '@tensorflow/tfjs-core'
import { binary, keepWhere } from '../rule.js'

/** d min(a, b) = da where a ≤ b, db elsewhere */
export const minimum = binary(
  'Minimum',
  (dy, a, b) => keepWhere(tf.lessEqual(a, b), dy),
  (dy, a, b) => keepWhere(tf.greater(a, b), dy),
)
