import * as tf from '@tensorflow/tfjs-core'
import { binary, keepWhere } from '../rule.js'

/** d max(a, b) = da where a ≥ b, db elsewhere */
export const maximum = binary(
  'Maximum',
  (dy, a, b) => keepWhere(tf.greaterEqual(a, b), dy),
  (dy, a, b) => keepWhere(tf.less(a, b), dy),
)
