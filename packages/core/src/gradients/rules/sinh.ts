import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d sinh x = cosh(x) dx */
export const sinh = unary('Sinh', (dy, x) => tf.mul(dy, tf.cosh(x)))
