import * as tf from '@tensorflow/tfjs-core'
import { axisOf, linear } from '../rule.js'

/** The new axis goes again. */
export const expandDims = linear<{ dim: number }>(
  'ExpandDims',
  (dy, { dim }) => {
    const axis = axisOf(dim, dy.rank)
    return tf.reshape(
      dy,
      dy.shape.filter((_, i) => i !== axis),
    )
  },
  'input',
)
