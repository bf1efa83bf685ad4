import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d cos x = −sin(x) dx */
export const cos = unary('Cos', (dy, x) => tf.neg(tf.mul(dy, tf.sin(x))))
