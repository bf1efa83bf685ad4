import * as tf from '@tensorflow/tfjs-core'
import { linear } from '../rule.js'

/** Each entry takes the gradient of its place on the diagonal. */
export const diag = linear('Diag', (dy) => {
  const shape = dy.shape.slice(dy.rank / 2)
  const n = tf.util.sizeFromShape(shape)
  const places = tf.tensor1d(
    Array.from({ length: n }, (_, i) => i * (n + 1)),
    'int32',
  )
  return tf.reshape(tf.gather(tf.reshape(dy, [n * n]), places), shape)
})
