import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d (1/x) = −dx / x² */
export const reciprocal = unary('Reciprocal', (dy, x) => tf.neg(tf.div(dy, tf.square(x))))
