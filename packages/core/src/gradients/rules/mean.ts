import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../../shape.js'
import { constant } from '../../tensor.js'
import { expand, reduction, reshaped, unary } from '../rule.js'

/** Every one of n values takes 1/n of the mean's gradient. */
export const mean = unary<{ axis: unknown }>('Mean', (dy, x, { axis }) => {
  const { kept } = reduction(x.shape, axis)
  return expand(tf.div(reshaped(dy, kept), constant(sizeOf(x.shape) / sizeOf(kept))), x.shape)
})
