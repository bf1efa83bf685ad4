import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d log(1 + x) = dx / (1 + x) */
export const log1p = unary('Log1p', (dy, x) => tf.div(dy, tf.add(1, x)))
