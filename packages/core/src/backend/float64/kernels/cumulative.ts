import type * as tf from '@tensorflow/tfjs-core'
import { allocate, aroundAxis, axisOf, type DType, type NDArray } from '../array.js'
import { define } from '../kernel.js'

/** Running results along an axis. */
function scan(
  x: NDArray,
  { axis, exclusive, reverse }: tf.CumsumAttrs,
  start: number,
  fold: (sum: number, x: number) => number,
): NDArray {
  const { outer, n, inner } = aroundAxis(x.shape, axisOf(axis, x.shape.length))
  const dtype: DType = x.dtype === 'bool' ? 'int32' : x.dtype
  const out = allocate(dtype, x.values.length)
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      let sum = start
      for (let step = 0; step < n; step++) {
        const at = (o * n + (reverse ? n - 1 - step : step)) * inner + i
        if (exclusive) out[at] = sum
        sum = fold(sum, x.values[at]!)
        if (!exclusive) out[at] = sum
      }
    }
  return { values: out, shape: x.shape, dtype }
}

/** Running sums and products. */
export const cumulativeKernels: readonly tf.KernelConfig[] = [
  define('Cumsum', ['x'], ({ x }, attrs: tf.CumsumAttrs) => scan(x, attrs, 0, (sum, v) => sum + v)),
  define('Cumprod', ['x'], ({ x }, attrs: tf.CumprodAttrs) => scan(x, attrs, 1, (product, v) => product * v)),
]
