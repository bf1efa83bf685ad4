import type * as tf from '@tensorflow/tfjs-core'
import { linear, view, zeros } from '../rule.js'

/** A cast to float passes the gradient on; a cast to integers or truth values has derivative zero. */
export const cast = linear<{ dtype: tf.DataType }>('Cast', (dy, { dtype }) =>
  dtype === 'float32' ? view(dy) : zeros(dy.shape),
)
