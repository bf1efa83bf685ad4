import * as tf from '@tensorflow/tfjs-core'
import { keepWhere, rule, select, unbroadcast } from '../rule.js'

/** d prelu(x, α) = dx where x > 0, α dx + x dα elsewhere */
export const prelu = rule('Prelu', ['x', 'alpha'], (dy, [x, alpha]) => ({
  x: () => select(tf.greater(x!, 0), dy, tf.mul(dy, alpha!)),
  alpha: () => unbroadcast(keepWhere(tf.lessEqual(x!, 0), tf.mul(dy, x!)), alpha!.shape),
}))
