import * as tf from '@tensorflow/tfjs-core'
import { constant } from '../../tensor.js'
import { select, unary } from '../rule.js'

// Klambauer et al. 2017, "Self-normalizing neural networks", eq. 14
const ALPHA = 1.6732632423543772
const SCALE = 1.0507009873554805

/** d selu(x) = λ dx where x > 0, λα eˣ dx elsewhere */
export const selu = unary('Selu', (dy, x) => {
  const left = tf.mul(constant(SCALE * ALPHA), tf.exp(tf.minimum(x, 0)))
  return tf.mul(dy, select(tf.greater(x, 0), constant(SCALE, x.shape), left))
})
