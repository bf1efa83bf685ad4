import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d arctan x = dx / (1 + x²) */
export const atan = unary('Atan', (dy, x) => tf.div(dy, tf.add(1, tf.square(x))))
