import * as tf from '@tensorflow/tfjs-core'
import { binary } from '../rule.js'

/** d atan2(a, b) = (b da − a db) / (a² + b²) */
export const atan2 = binary(
  'Atan2',
  (dy, a, b) => tf.div(tf.mul(dy, b), tf.add(tf.square(a), tf.square(b))),
  (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.add(tf.square(a), tf.square(b)))),
)
