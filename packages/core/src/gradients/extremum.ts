import * as tf from '@tensorflow/tfjs-core'
import { reduction, reshaped, unary } from './rule.js'

/** The rule of a maximum or minimum over axes: the gradient goes in equal parts to the entries that attain it. */
export const extremum = (kernelName: 'Max' | 'Min'): tf.GradConfig =>
  unary<{ reductionIndices: unknown }>(kernelName, (dy, x, { reductionIndices }) => {
    const { axes, kept } = reduction(x.shape, reductionIndices)
    const best = kernelName === 'Max' ? tf.max(x, axes, true) : tf.min(x, axes, true)
    const attained = tf.cast(tf.equal(x, best), 'float32')
    return tf.mul(tf.div(reshaped(dy, kept), tf.sum(attained, axes, true)), attained)
  })
