import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d max(x, 0) = dx where x > 0, zero at 0 */
export const relu = unary('Relu', (dy, x) => tf.mul(dy, tf.step(x)))
