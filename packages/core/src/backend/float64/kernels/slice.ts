import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../../../errors.js'
import { type Shape, showShape } from '../../../shape.js'
import { axisOf, type NDArray, reshaped, strided, stridesOf } from '../array.js'
import { define } from '../kernel.js'

/** The block of x of shape `size` that begins at `begin`. */
export function block(x: NDArray, begin: readonly number[], size: Shape): NDArray {
  const strides = stridesOf(x.shape)
  if (x.shape.some((n, d) => begin[d]! < 0 || size[d]! < 0 || begin[d]! + size[d]! > n))
    throw new EbbflowError('shape', 'slice out of range', {
      expected: `within ${showShape(x.shape)}`,
      received: `${showShape(size)} from ${showShape(begin)}`,
    })
  return strided(
    x,
    size,
    strides,
    begin.reduce((sum, at, d) => sum + at * strides[d]!, 0),
  )
}

/** Cuts x along an axis into pieces of the sizes given. */
function cut(x: NDArray, axis: number, sizes: readonly number[]): NDArray[] {
  let from = 0
  return sizes.map((size) => {
    const begin = x.shape.map((_, d) => (d === axis ? from : 0))
    from += size
    return block(
      x,
      begin,
      x.shape.map((n, d) => (d === axis ? size : n)),
    )
  })
}

const perAxis = (value: number | number[]): number[] => (typeof value === 'number' ? [value] : value)

/** Kernels that take parts of an array. */
export const sliceKernels: readonly tf.KernelConfig[] = [
  define('Slice', ['x'], ({ x }, attrs: tf.SliceAttrs) => {
    const begins = perAxis(attrs.begin)
    // tf.slice without a size leaves it undefined
    const sizes = perAxis(attrs.size ?? -1)
    const begin = x.shape.map((_, d) => begins[d] ?? 0)
    const size = x.shape.map((n, d) => {
      const wanted = sizes[d] ?? -1
      return wanted === -1 ? n - begin[d]! : wanted
    })
    return block(x, begin, size)
  }),
  define('StridedSlice', ['x'], ({ x }, a: tf.StridedSliceAttrs) => {
    const info = tf.slice_util.sliceInfo(
      [...x.shape],
      a.begin,
      a.end,
      a.strides,
      a.beginMask,
      a.endMask,
      a.ellipsisMask,
      a.newAxisMask,
      a.shrinkAxisMask,
    )
    const strides = stridesOf(x.shape)
    const part = strided(
      x,
      tf.slice_util.computeOutShape(info.begin, info.end, info.strides),
      strides.map((s, d) => s * info.strides[d]!),
      strides.reduce((sum, s, d) => sum + s * info.begin[d]!, 0),
    )
    return reshaped(part, info.finalShape)
  }),
  define('SplitV', ['x'], ({ x }, { numOrSizeSplits, axis }: tf.SplitVAttrs) => {
    const at = axisOf(axis, x.shape.length)
    const n = x.shape[at]!
    if (typeof numOrSizeSplits === 'number')
      return cut(x, at, new Array<number>(numOrSizeSplits).fill(n / numOrSizeSplits))
    const known = numOrSizeSplits.reduce((sum, size) => sum + Math.max(size, 0), 0)
    return cut(
      x,
      at,
      numOrSizeSplits.map((size) => (size === -1 ? n - known : size)),
    )
  }),
  define('Unpack', ['value'], ({ value }, { axis }: tf.UnpackAttrs) => {
    const at = axisOf(axis, value.shape.length)
    const shape = value.shape.filter((_, d) => d !== at)
    return cut(value, at, new Array<number>(value.shape[at]!).fill(1)).map((part) => reshaped(part, shape))
  }),
]
