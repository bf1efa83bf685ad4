import type * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../../../shape.js'
import { allocate, aroundAxis, axesOf, axisOf, type DType, type NDArray, permuted } from '../array.js'
import { define } from '../kernel.js'

type Axis = number | number[] | null | undefined

/** Folds the axes given into one number each. */
export function reduce(
  x: NDArray,
  axis: Axis,
  keepDims: boolean,
  start: number,
  fold: (sum: number, x: number) => number,
  dtype: DType,
  finish: (sum: number, n: number) => number = (sum) => sum,
): NDArray {
  const axes = axesOf(axis, x.shape.length)
  const kept = x.shape.map((_, d) => d).filter((d) => !axes.includes(d))
  const sizes = kept.map((d) => x.shape[d]!)
  const { values } = permuted(x, [...kept, ...axes])
  const n = sizeOf(axes.map((d) => x.shape[d]!))
  const out = allocate(dtype, sizeOf(sizes))
  for (let row = 0; row < out.length; row++) {
    let sum = start
    for (let k = row * n; k < (row + 1) * n; k++) sum = fold(sum, values[k]!)
    out[row] = finish(sum, n)
  }
  const shape = keepDims ? x.shape.map((size, d) => (axes.includes(d) ? 1 : size)) : sizes
  return { values: out, shape, dtype }
}

/** Sums and products of masks count. */
const counted = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype)

/** The index along an axis of the element that beats all before it; NaN beats everything. */
function best(x: NDArray, axis: number, beats: (a: number, b: number) => boolean): NDArray {
  const at = axisOf(axis, x.shape.length)
  const { outer, n, inner } = aroundAxis(x.shape, at)
  const out = new Int32Array(outer * inner)
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      const value = (k: number): number => x.values[(o * n + k) * inner + i]!
      let found = 0
      for (let k = 1; k < n; k++)
        if (!Number.isNaN(value(found)) && (Number.isNaN(value(k)) || beats(value(k), value(found)))) found = k
      out[o * inner + i] = found
    }
  return { values: out, shape: x.shape.filter((_, d) => d !== at), dtype: 'int32' }
}

/** Sums, products, extremes and tests along axes. */
export const reductionKernels: readonly tf.KernelConfig[] = [
  define('Sum', ['x'], ({ x }, { axis, keepDims }: tf.SumAttrs) =>
    reduce(x, axis, keepDims, 0, (sum, v) => sum + v, counted(x.dtype)),
  ),
  define('Mean', ['x'], ({ x }, { axis, keepDims }: tf.MeanAttrs) =>
    reduce(
      x,
      axis,
      keepDims,
      0,
      (sum, v) => sum + v,
      'float32',
      (sum, n) => sum / n,
    ),
  ),
  define('Prod', ['x'], ({ x }, { axis, keepDims }: tf.ProdAttrs) =>
    reduce(x, axis, keepDims, 1, (product, v) => product * v, counted(x.dtype)),
  ),
  define('Max', ['x'], ({ x }, { reductionIndices, keepDims }: tf.MaxAttrs) =>
    reduce(x, reductionIndices, keepDims, Number.NEGATIVE_INFINITY, Math.max, x.dtype),
  ),
  define('Min', ['x'], ({ x }, { axis, keepDims }: tf.MinAttrs) =>
    reduce(x, axis, keepDims, Number.POSITIVE_INFINITY, Math.min, x.dtype),
  ),
  define('All', ['x'], ({ x }, { axis, keepDims }: tf.AllAttrs) =>
    reduce(x, axis, keepDims, 1, (all, v) => Number(all !== 0 && v !== 0), 'bool'),
  ),
  define('Any', ['x'], ({ x }, { axis, keepDims }: tf.AnyAttrs) =>
    reduce(x, axis, keepDims, 0, (any, v) => Number(any !== 0 || v !== 0), 'bool'),
  ),
  define('ArgMax', ['x'], ({ x }, { axis }: tf.ArgMaxAttrs) => best(x, axis, (a, b) => a > b)),
  define('ArgMin', ['x'], ({ x }, { axis }: tf.ArgMinAttrs) => best(x, axis, (a, b) => a < b)),
]
