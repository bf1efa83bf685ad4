import * as tf from '@tensorflow/tfjs-core'
import { rule } from '../rule.js'

/** d softmax(x) = s (dx − Σ s dx), with s = softmax(x) along the last axis */
export const softmax = rule('Softmax', ['logits'], (dy, [logits]) => ({
  logits: () => {
    const s = tf.softmax(logits!)
    const weighted = tf.mul(dy, s)
    return tf.sub(weighted, tf.mul(tf.sum(weighted, -1, true), s))
  },
}))
