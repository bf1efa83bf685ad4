import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d|x| = sign(x) dx, zero at 0 */
export const abs = unary('Abs', (dy, x) => tf.mul(dy, tf.sign(x)))
