import * as tf from '@tensorflow/tfjs-core'
import { binary } from '../rule.js'

/** d(a − b) = da − db */
export const sub = binary(
  'Sub',
  (dy) => dy,
  (dy) => tf.neg(dy),
)
