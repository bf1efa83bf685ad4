import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d (eˣ − 1) = eˣ dx */
export const expm1 = unary('Expm1', (dy, x) => tf.mul(dy, tf.exp(x)))
