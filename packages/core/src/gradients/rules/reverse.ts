import * as tf from '@tensorflow/tfjs-core'
import { linear } from '../rule.js'

/** The gradient is reversed back. */
export const reverse = linear<{ dims: number | number[] }>('Reverse', (dy, { dims }) => tf.reverse(dy, dims))
