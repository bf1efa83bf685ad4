import * as tf from '@tensorflow/tfjs-core'
import { constant } from '../../tensor.js'
import { unary } from '../rule.js'

/** d erf x = 2/√π exp(−x²) dx */
export const erf = unary('Erf', (dy, x) =>
  tf.mul(dy, tf.mul(constant(2 / Math.sqrt(Math.PI)), tf.exp(tf.neg(tf.square(x))))),
)
