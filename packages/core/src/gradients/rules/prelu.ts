import * as tf from '@tensorflow/tfjs-core'
import { rule, unbroadcast } from '../rule.js'

/** d prelu(x, α) = dx where x > 0, α dx + x dα elsewhere; x and α broadcast. */
export const prelu = rule('Prelu', ['x', 'alpha'], (dy, [x, alpha]) => ({
  x: () => {
    const positive = tf.cast(tf.greater(x!, 0), 'float32')
    const slope = tf.add(positive, tf.mul(tf.sub(1, positive), alpha!))
    return unbroadcast(tf.mul(dy, slope), x!.shape)
  },
  alpha: () => unbroadcast(tf.mul(dy, tf.minimum(x!, 0)), alpha!.shape),
}))
