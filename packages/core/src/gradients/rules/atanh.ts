import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d artanh x = dx / (1 − x²) */
export const atanh = unary('Atanh', (dy, x) => tf.div(dy, tf.sub(1, tf.square(x))))
