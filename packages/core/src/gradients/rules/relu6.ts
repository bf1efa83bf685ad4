import * as tf from '@tensorflow/tfjs-core'
import { keepWhere, unary } from '../rule.js'

/** d min(max(x, 0), 6) = dx where 0 < x < 6 */
export const relu6 = unary('Relu6', (dy, x) => keepWhere(tf.logicalAnd(tf.greater(x, 0), tf.less(x, 6)), dy))
