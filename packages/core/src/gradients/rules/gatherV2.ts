import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../../shape.js'
import { axisOf, reshaped, rule, zeros } from '../rule.js'

/** Each gathered entry gives its gradient back to where it came from; entries taken twice add up. */
export const gatherV2 = rule<{ axis: number; batchDims: number }>(
  'GatherV2',
  ['x', 'indices'],
  (dy, [x, indices], { axis: axisAttr, batchDims }) => ({
    x: () => {
      const axis = axisOf(axisAttr, x!.rank)
      const batchRank = axisOf(batchDims, indices!.rank)
      const batch = sizeOf(x!.shape.slice(0, batchRank))
      const outer = sizeOf(x!.shape.slice(batchRank, axis))
      const n = x!.shape[axis]!
      const inner = sizeOf(x!.shape.slice(axis + 1))
      const taken = sizeOf(indices!.shape.slice(batchRank))
      const swap = (t: tf.Tensor, a: number, b: number): tf.Tensor =>
        outer === 1 ? t : tf.transpose(tf.reshape(t, [batch, a, b, inner]), [0, 2, 1, 3])
      const rows = reshaped(swap(dy, outer, taken), [batch * taken, outer * inner])
      const summed = tf.unsortedSegmentSum(rows, rowsOf(indices!, batch, taken, n), batch * n)
      return tf.reshape(swap(summed, n, outer), x!.shape)
    },
    indices: () => zeros(indices!.shape),
  }),
)

/** Indices into each of `batch` blocks of n rows, as indices into all the rows. */
function rowsOf(indices: tf.Tensor, batch: number, taken: number, n: number): tf.Tensor1D {
  if (batch === 1) return tf.reshape(indices, [taken])
  const starts = tf.tensor2d(
    Array.from({ length: batch }, (_, i) => i * n),
    [batch, 1],
    'int32',
  )
  return tf.reshape(tf.add(tf.reshape(indices, [batch, taken]), starts), [batch * taken])
}
