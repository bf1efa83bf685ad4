import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** The gradient takes the input's shape. */
export const reshape = unary('Reshape', (dy, x) => tf.reshape(dy, x.shape))
