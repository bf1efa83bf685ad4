import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** dσ(x) = σ(x) (1 − σ(x)) dx */
export const sigmoid = unary('Sigmoid', (dy, x) => {
  const s = tf.sigmoid(x)
  return tf.mul(dy, tf.mul(s, tf.sub(1, s)))
})
