import * as tf from '@tensorflow/tfjs-core'
import { linear } from '../rule.js'

/** d(−x) = −dx */
export const neg = linear('Neg', (dy) => tf.neg(dy))
