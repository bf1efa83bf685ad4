import * as tf from '@tensorflow/tfjs-core'
import { expand, keepWhere, rule, zeros } from '../rule.js'

/** Each row takes the gradient of its segment; rows of negative segments are dropped. */
export const unsortedSegmentSum = rule('UnsortedSegmentSum', ['segmentIds'], (dy, [segmentIds]) => ({
  x: () => {
    const ids = segmentIds as tf.Tensor1D
    const zero = tf.zeros(ids.shape, 'int32')
    const rows = tf.gather(dy, tf.maximum(ids, zero))
    const kept = tf.cast(tf.greaterEqual(ids, zero), 'float32')
    const mask = expand(tf.reshape(kept, [ids.size, ...rows.shape.slice(1).map(() => 1)]), rows.shape)
    return keepWhere(tf.greater(mask, 0), rows)
  },
  segmentIds: () => zeros(segmentIds!.shape),
}))
