import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d eˣ = eˣ dx */
export const exp = unary('Exp', (dy, x) => tf.mul(dy, tf.exp(x)))
