import * as tf from '@tensorflow/tfjs-core'
import { linear } from '../rule.js'

/** d x = dx */
export const identity = linear('Identity', (dy) => tf.clone(dy))
