import type * as tf from '@tensorflow/tfjs-core'
import { allocate, type DType, zeros } from '../array.js'
import { define } from '../kernel.js'

/** How many elements of an ascending row come before `value`, or up to and with it. */
function placeOf(row: ArrayLike<number>, value: number, withEqual: boolean): number {
  let low = 0
  let high = row.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (withEqual ? row[middle]! <= value : row[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Kernels about order and counts. */
export const orderKernels: readonly tf.KernelConfig[] = [
  define('TopK', ['x'], ({ x }, { k }: tf.TopKAttrs) => {
    const n = x.shape.at(-1)!
    const rows = n === 0 ? 0 : x.values.length / n
    const shape = [...x.shape.slice(0, -1), k]
    const values = allocate(x.dtype, rows * k)
    const indices = new Int32Array(rows * k)
    for (let row = 0; row < rows; row++) {
      const order = Array.from({ length: n }, (_, at) => at)
      order.sort((p, q) => x.values[row * n + q]! - x.values[row * n + p]! || p - q)
      for (let at = 0; at < k; at++) {
        indices[row * k + at] = order[at]!
        values[row * k + at] = x.values[row * n + order[at]!]!
      }
    }
    return [
      { values, shape, dtype: x.dtype },
      { values: indices, shape, dtype: 'int32' },
    ]
  }),
  define('SearchSorted', ['sortedSequence', 'values'], ({ sortedSequence, values }, { side }: tf.SearchSortedAttrs) => {
    const n = sortedSequence.shape.at(-1)!
    const m = values.shape.at(-1)!
    const out = zeros(values.shape, 'int32')
    for (let k = 0; k < out.values.length; k++) {
      const row = Math.floor(k / m)
      out.values[k] = placeOf(
        sortedSequence.values.subarray(row * n, (row + 1) * n),
        values.values[k]!,
        side === 'right',
      )
    }
    return out
  }),
  define('Bincount', ['x', 'weights'], ({ x, weights }, { size }: tf.BincountAttrs) => {
    const out = zeros([size], weights.dtype)
    x.values.forEach((bin, k) => {
      if (bin < size) out.values[bin] = out.values[bin]! + (weights.values.length > 0 ? weights.values[k]! : 1)
    })
    return out
  }),
  define('DenseBincount', ['x', 'weights'], ({ x, weights }, { size, binaryOutput }: tf.DenseBincountAttrs) => {
    const dtype: DType = weights.dtype
    const n = x.shape.at(-1)!
    const out = zeros([...x.shape.slice(0, -1), size], dtype)
    x.values.forEach((bin, k) => {
      if (bin >= size) return
      const at = Math.floor(k / n) * size + bin
      out.values[at] = binaryOutput ? 1 : out.values[at]! + (weights.values.length > 0 ? weights.values[k]! : 1)
    })
    return out
  }),
]
