import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d cosh x = sinh(x) dx */
export const cosh = unary('Cosh', (dy, x) => tf.mul(dy, tf.sinh(x)))
