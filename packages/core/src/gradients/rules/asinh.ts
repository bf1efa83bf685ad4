import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d arsinh x = dx / √(1 + x²) */
export const asinh = unary('Asinh', (dy, x) => tf.div(dy, tf.sqrt(tf.add(1, tf.square(x)))))
