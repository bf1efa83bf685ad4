import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d arcsin x = dx / √(1 − x²) */
export const asin = unary('Asin', (dy, x) => tf.div(dy, tf.sqrt(tf.sub(1, tf.square(x)))))
