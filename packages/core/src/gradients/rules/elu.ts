import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d elu(x) = dx where x > 0, eˣ dx elsewhere; the exponent is clipped before the exponential */
export const elu = unary('Elu', (dy, x) => tf.mul(dy, tf.exp(tf.minimum(x, 0))))
