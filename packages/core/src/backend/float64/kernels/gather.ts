import type * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../../../errors.js'
import { type Shape, sizeOf } from '../../../shape.js'
import { axisOf, type NDArray, stridesOf, zeros } from '../array.js'
import { define } from '../kernel.js'

function checkIndex(index: number, n: number): number {
  if (index < 0 || index >= n)
    throw new EbbflowError('argument', 'index out of range', { expected: `0 to ${n - 1}`, received: String(index) })
  return index
}

/** Which block each row of `indices` names among the leading axes of `shape`, and how large blocks are. */
function blocks(indices: NDArray, shape: Shape): { at: number[]; size: number } {
  const depth = indices.shape.at(-1) ?? 1
  const strides = stridesOf(shape.slice(0, depth))
  const at = Array.from({ length: sizeOf(indices.shape.slice(0, -1)) }, (_, row) =>
    strides.reduce((sum, s, d) => sum + s * checkIndex(indices.values[row * depth + d]!, shape[d]!), 0),
  )
  return { at, size: sizeOf(shape.slice(depth)) }
}

/** Puts blocks of `updates` (or one number for all) into `out`. */
function scatter(
  out: NDArray,
  indices: NDArray,
  updates: NDArray,
  put: (old: number, update: number) => number,
): NDArray {
  // a vector of indices into a vector names one element each
  const rows =
    indices.shape.length < 2 ? { ...indices, shape: [...(indices.shape.length ? indices.shape : [1]), 1] } : indices
  const { at, size } = blocks(rows, out.shape)
  at.forEach((block, row) => {
    for (let k = 0; k < size; k++) {
      const update = updates.shape.length === 0 ? updates.values[0]! : updates.values[row * size + k]!
      out.values[block * size + k] = put(out.values[block * size + k]!, update)
    }
  })
  return out
}

/** Kernels that look elements up by index, or put them there. */
export const gatherKernels: readonly tf.KernelConfig[] = [
  define('GatherV2', ['x', 'indices'], ({ x, indices }, { axis, batchDims }: tf.GatherV2Attrs) => {
    const at = axisOf(axis, x.shape.length)
    const batched = batchDims < 0 ? batchDims + indices.shape.length : batchDims
    const batch = sizeOf(x.shape.slice(0, batched))
    const outer = sizeOf(x.shape.slice(batched, at))
    const n = x.shape[at]!
    const inner = sizeOf(x.shape.slice(at + 1))
    const wanted = indices.shape.slice(batched)
    const count = sizeOf(wanted)
    const out = zeros([...x.shape.slice(0, at), ...wanted, ...x.shape.slice(at + 1)], x.dtype)
    let to = 0
    for (let s = 0; s < batch; s++)
      for (let o = 0; o < outer; o++)
        for (let k = 0; k < count; k++) {
          const from = ((s * outer + o) * n + checkIndex(indices.values[s * count + k]!, n)) * inner
          out.values.set(x.values.subarray(from, from + inner), to)
          to += inner
        }
    return out
  }),
  define('GatherNd', ['params', 'indices'], ({ params, indices }) => {
    const { at, size } = blocks(indices, params.shape)
    const depth = indices.shape.at(-1) ?? 1
    const out = zeros([...indices.shape.slice(0, -1), ...params.shape.slice(depth)], params.dtype)
    at.forEach((block, row) => {
      out.values.set(params.values.subarray(block * size, (block + 1) * size), row * size)
    })
    return out
  }),
  define('ScatterNd', ['indices', 'updates'], ({ indices, updates }, { shape }: tf.ScatterNdAttrs) =>
    scatter(zeros(shape, updates.dtype), indices, updates, (old, update) => old + update),
  ),
  define('TensorScatterUpdate', ['tensor', 'indices', 'updates'], ({ tensor, indices, updates }) =>
    scatter({ ...tensor, values: tensor.values.slice() }, indices, updates, (_, update) => update),
  ),
  define(
    'SparseToDense',
    ['sparseIndices', 'sparseValues', 'defaultValue'],
    ({ sparseIndices, sparseValues, defaultValue }, { outputShape }: tf.SparseToDenseAttrs) => {
      const out = zeros(outputShape, sparseValues.dtype)
      out.values.fill(defaultValue.values[0]!)
      return scatter(out, sparseIndices, sparseValues, (_, update) => update)
    },
  ),
  define(
    'UnsortedSegmentSum',
    ['x', 'segmentIds'],
    ({ x, segmentIds }, { numSegments }: tf.UnsortedSegmentSumAttrs) => {
      const block = sizeOf(x.shape.slice(segmentIds.shape.length))
      const out = zeros([numSegments, ...x.shape.slice(segmentIds.shape.length)], x.dtype)
      segmentIds.values.forEach((id, row) => {
        // as TensorFlow has it, negative segments are dropped
        if (id < 0) return
        checkIndex(id, numSegments)
        for (let k = 0; k < block; k++)
          out.values[id * block + k] = out.values[id * block + k]! + x.values[row * block + k]!
      })
      return out
    },
  ),
]
