import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'

/** What was not sliced out takes zero. */
export const slice = unary<{ begin: number | number[]; size: number | number[] }>('Slice', (dy, x, { begin, size }) => {
  const [at, taken] = tf.slice_util.parseSliceParams(x, begin, size) as [number[], number[]]
  return tf.pad(
    dy,
    x.shape.map((n, i): [number, number] => [at[i]!, n - at[i]! - taken[i]!]),
  )
})
