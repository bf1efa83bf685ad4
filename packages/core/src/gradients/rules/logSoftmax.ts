import * as tf from '@tensorflow/tfjs-core'
import { rule } from '../rule.js'

/** d(x − log Σ eˣ) = dx − Σ dx softmax(x), along the last axis */
export const logSoftmax = rule('LogSoftmax', ['logits'], (dy, [logits]) => ({
  logits: () => tf.sub(dy, tf.mul(tf.sum(dy, -1, true), tf.softmax(logits!))),
}))
