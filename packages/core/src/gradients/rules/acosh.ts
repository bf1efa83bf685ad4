import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d arcosh x = dx / (√(x − 1) √(x + 1)) */
export const acosh = unary('Acosh', (dy, x) => tf.div(dy, tf.mul(tf.sqrt(tf.sub(x, 1)), tf.sqrt(tf.add(x, 1)))))
