import type * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../../../shape.js'
import { type NDArray, offsets, permuted, reshaped, stridesOf, zeros } from '../array.js'
import { define } from '../kernel.js'
import { block } from './slice.js'
import { channelsBack, channelsLast } from './window.js'

function padZeros(x: NDArray, paddings: readonly (readonly number[])[]): NDArray {
  const shape = x.shape.map((n, d) => n + paddings[d]![0]! + paddings[d]![1]!)
  const strides = stridesOf(shape)
  const out = zeros(shape, x.dtype)
  const start = paddings.reduce((sum, [before], d) => sum + before! * strides[d]!, 0)
  offsets(x.shape, strides, start).forEach((to, k) => {
    out.values[to] = x.values[k]!
  })
  return out
}

/** Kernels that move blocks between space, batch and depth. */
export const blockKernels: readonly tf.KernelConfig[] = [
  define('SpaceToBatchND', ['x'], ({ x }, { blockShape, paddings }: tf.SpaceToBatchNDAttrs) => {
    const m = blockShape.length
    const rest = x.shape.slice(m + 1)
    const padded = padZeros(x, [[0, 0], ...paddings, ...rest.map(() => [0, 0])])
    const batch = x.shape[0]!
    const cells = blockShape.map((size, d) => padded.shape[d + 1]! / size)
    // [batch, cell, within, cell, within, …, rest] → [within…, batch, cell…, rest]
    const split = reshaped(padded, [batch, ...cells.flatMap((n, d) => [n, blockShape[d]!]), ...rest])
    const order = [
      ...blockShape.map((_, d) => 2 * d + 2),
      0,
      ...blockShape.map((_, d) => 2 * d + 1),
      ...rest.map((_, d) => 2 * m + 1 + d),
    ]
    return reshaped(permuted(split, order), [sizeOf(blockShape) * batch, ...cells, ...rest])
  }),
  define('BatchToSpaceND', ['x'], ({ x }, { blockShape, crops }: tf.BatchToSpaceNDAttrs) => {
    const m = blockShape.length
    const rest = x.shape.slice(m + 1)
    const batch = x.shape[0]! / sizeOf(blockShape)
    const cells = x.shape.slice(1, m + 1)
    const split = reshaped(x, [...blockShape, batch, ...cells, ...rest])
    const order = [m, ...blockShape.flatMap((_, d) => [m + 1 + d, d]), ...rest.map((_, d) => 2 * m + 1 + d)]
    const spread = reshaped(permuted(split, order), [batch, ...cells.map((n, d) => n * blockShape[d]!), ...rest])
    const begin = [0, ...crops.map(([before]) => before!), ...rest.map(() => 0)]
    const size = spread.shape.map((n, d) => (d >= 1 && d <= m ? n - crops[d - 1]![0]! - crops[d - 1]![1]! : n))
    return block(spread, begin, size)
  }),
  define('DepthToSpace', ['x'], ({ x }, { blockSize, dataFormat }: tf.DepthToSpaceAttrs) => {
    const last = channelsLast(x, dataFormat)
    const [batch, height, width, depth] = last.shape as [number, number, number, number]
    const channels = depth / (blockSize * blockSize)
    const split = reshaped(last, [batch, height, width, blockSize, blockSize, channels])
    const spread = permuted(split, [0, 1, 3, 2, 4, 5])
    return channelsBack(reshaped(spread, [batch, height * blockSize, width * blockSize, channels]), dataFormat)
  }),
]
