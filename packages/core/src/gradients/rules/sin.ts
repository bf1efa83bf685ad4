import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d sin x = cos(x) dx */
export const sin = unary('Sin', (dy, x) => tf.mul(dy, tf.cos(x)))
