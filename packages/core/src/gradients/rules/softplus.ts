import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d log(1 + eˣ) = σ(x) dx */
export const softplus = unary('Softplus', (dy, x) => tf.mul(dy, tf.sigmoid(x)))
