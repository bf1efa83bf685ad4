import * as tf from '@tensorflow/tfjs-core'
import { currentBackend } from '../backend/use.js'
import { FLOAT64 } from '../tensor.js'

/** A condition as 0/1 floats. */
export const mask = (condition: tf.Tensor): tf.Tensor => tf.cast(condition, 'float32')

/** `held` in the rows where `stopped` is positive, `moving` elsewhere; NaN in one does not touch the other. */
export function heldWhere(stopped: tf.Tensor, held: tf.Tensor, moving: tf.Tensor): tf.Tensor {
  const perRow = tf.reshape(stopped, [...stopped.shape, ...Array<number>(held.rank - stopped.rank).fill(1)])
  // broadcast as floats: kernels that broadcast booleans are not to be trusted on every backend
  return tf.where(tf.greater(tf.add(perRow, tf.fill(held.shape, 0)), 0), held, moving)
}

/** Whether elements are NaN. */
export const notANumber = (x: tf.Tensor): tf.Tensor => tf.notEqual(x, x)

/** The current backend's unit in the last place: 2⁻⁵² in double precision, 2⁻²³ elsewhere. */
export const precision = (): number => (currentBackend() === FLOAT64 ? 2 ** -52 : 2 ** -23)
