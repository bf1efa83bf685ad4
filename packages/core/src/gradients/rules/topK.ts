import * as tf from '@tensorflow/tfjs-core'
import { zeros } from '../rule.js'

/** Each of the k largest gives its gradient back to where it stood; the indices have none. */
export const topK: tf.GradConfig = {
  kernelName: 'TopK',
  inputsToSave: ['x'],
  gradFunc: (dys, [x], attrs) => ({
    x: () => {
      const { k, sorted } = attrs as unknown as { k: number; sorted: boolean }
      const n = x!.shape.at(-1)!
      const rows = x!.size / Math.max(1, n)
      if (k === 0 || x!.size === 0) return zeros(x!.shape)
      const { indices } = tf.topk(x!, k, sorted)
      const starts = tf.tensor2d(
        Array.from({ length: rows }, (_, i) => i * n),
        [rows, 1],
        'int32',
      )
      const places = tf.reshape(tf.add(tf.reshape(indices, [rows, k]), starts), [rows * k]) as tf.Tensor1D
      const values = tf.reshape((dys as tf.Tensor[])[0]!, [rows * k])
      return tf.reshape(tf.unsortedSegmentSum(values, places, rows * n), x!.shape)
    },
  }),
}
