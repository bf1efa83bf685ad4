import * as tf from '@tensorflow/tfjs-core'
import { keepWhere, unary } from '../rule.js'

/** d clip(x) = dx where clipping leaves x as it is, the bounds included */
export const clipByValue = unary<{ clipValueMin: number; clipValueMax: number }>(
  'ClipByValue',
  (dy, x, { clipValueMin, clipValueMax }) => keepWhere(tf.equal(tf.clipByValue(x, clipValueMin, clipValueMax), x), dy),
)
