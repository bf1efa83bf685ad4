import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d arccos x = −dx / √(1 − x²) */
export const acos = unary('Acos', (dy, x) => tf.neg(tf.div(dy, tf.sqrt(tf.sub(1, tf.square(x))))))
