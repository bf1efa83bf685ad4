import * as tf from '@tensorflow/tfjs-core'
import { reduction, reshaped, unary } from './rule.js'

/** The rule of a maximum or minimum over axes: the gradient goes in equal parts to the entries that attain it. */
export const extremum = (kernelName: 'Max' | 'Min', axisName: 'reductionIndices' | 'axis'): tf.GradConfig =>
  unary(kernelName, (dy, x, attrs) => {
    const { axes, kept } = reduction(x.shape, attrs[axisName])
    const best = kernelName === 'Max' ? tf.max(x, axes, true) : tf.min(x, axes, true)
    const attained = tf.cast(tf.equal(x, best), 'float32')
    return tf.mul(tf.div(reshaped(dy, kept), tf.sum(attained, axes, true)), attained)
  })
