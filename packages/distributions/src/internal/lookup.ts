import { stopGradient, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * For each x, how many of the ascending `edges` lie below it (or, with `inclusive`, at it or below), as floats without gradient: a
 * binary search of log₂ n gathers, the same for every x.
 */
export function countBelow(x: tf.Tensor, edges: Float64Array, inclusive: boolean): tf.Tensor {
  const values = stopGradient(x)
  let span = 1
  while (span <= edges.length) span *= 2
  let count = tf.zerosLike(values)
  if (span === 1) return count
  const padded = new Float64Array(span - 1).fill(Infinity)
  padded.set(edges)
  const table = tensor(padded)
  for (let step = span / 2; step >= 1; step /= 2) {
    const edge = tf.gather(table, tf.cast(tf.add(count, step - 1), 'int32'))
    const passed = inclusive ? tf.lessEqual(edge, values) : tf.less(edge, values)
    count = tf.add(count, tf.mul(tf.cast(passed, 'float32'), step))
  }
  return count
}

/** The values of a table at float indices. */
export function valueAt(index: tf.Tensor, table: Float64Array): tf.Tensor {
  return tf.gather(tensor(table), tf.cast(index, 'int32'))
}
