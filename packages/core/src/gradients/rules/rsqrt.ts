import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d x^−½ = −½ x^−½ / x dx */
export const rsqrt = unary('Rsqrt', (dy, x) => tf.mul(dy, tf.div(tf.mul(tf.rsqrt(x), -0.5), x)))
