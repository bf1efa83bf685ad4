import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d tanh x = (1 − tanh² x) dx */
export const tanh = unary('Tanh', (dy, x) => tf.mul(dy, tf.sub(1, tf.square(tf.tanh(x)))))
