import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** d tan x = dx / cos² x */
export const tan = unary('Tan', (dy, x) => tf.div(dy, tf.square(tf.cos(x))))
