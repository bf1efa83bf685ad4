import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d √x = dx / (2√x) */
export const sqrt = unary('Sqrt', (dy, x) => {
  const root = tf.sqrt(x)
  return tf.div(dy, tf.add(root, root))
})
