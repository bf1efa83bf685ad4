import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d log x = dx / x */
export const log = unary('Log', (dy, x) => tf.div(dy, x))
