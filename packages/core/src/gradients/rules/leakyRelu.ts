import * as tf from '@tensorflow/tfjs-core'
import { constant } from '../../tensor.js'
import { select, unary } from '../rule.js'

/** d leakyRelu(x) = dx where x > 0, α dx elsewhere */
export const leakyRelu = unary<{ alpha: number }>('LeakyRelu', (dy, x, { alpha }) =>
  select(tf.greater(x, 0), dy, tf.mul(dy, constant(alpha))),
)
