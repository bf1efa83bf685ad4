import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d x² = 2x dx */
export const square = unary('Square', (dy, x) => tf.mul(dy, tf.add(x, x)))
