import * as tf from '@tensorflow/tfjs-core'
import { linear } from '../rule.js'

interface Attrs {
  axis: number
  exclusive: boolean
  reverse: boolean
}

/** The transpose of a running sum is the running sum from the other end. */
export const cumsum = linear<Attrs>('Cumsum', (dy, { axis, exclusive, reverse }) =>
  tf.cumsum(dy, axis, exclusive, !reverse),
)
