import * as tf from '@tensorflow/tfjs-core'
import { binary } from '../rule.js'

/** d(a mod b) = da − ⌊a / b⌋ db */
export const mod = binary(
  'Mod',
  (dy) => dy,
  (dy, a, b) => tf.neg(tf.mul(dy, tf.floor(tf.div(a, b)))),
)
