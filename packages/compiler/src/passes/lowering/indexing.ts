import { sizeOf } from '@ebbflow/core'
import { axesOf, type Lowering, make, outputOf } from './rule.js'

/** Entries along an axis: [outer, n, inner] and m indices to [outer, m, inner]. */
const gather: Lowering = (node, rewriter) => {
  const { x, indices } = node.inputs
  const [axis] = axesOf(node.attrs.axis, x!.shape.length)
  if (node.attrs.batchDims || rewriter.draft.values[indices!.value]!.dtype !== 'int32') return undefined
  const outer = sizeOf(x!.shape.slice(0, axis))
  const inner = sizeOf(x!.shape.slice(axis! + 1))
  return make(
    node,
    rewriter,
    'Gather',
    { x: rewriter.plain(x!, node), indices: rewriter.plain(indices!, node) },
    { outer, n: x!.shape[axis!]!, inner, taken: sizeOf(indices!.shape) },
  )
}

/** Rows added up by the segment that each belongs to. */
const segmentSum: Lowering = (node, rewriter) => {
  const { x, segmentIds } = node.inputs
  const ids = rewriter.draft.values[segmentIds!.value]!.dtype
  if (rewriter.draft.values[x!.value]!.dtype !== 'float32' || ids !== 'int32') return undefined
  const rows = sizeOf(segmentIds!.shape)
  return make(
    node,
    rewriter,
    'SegmentSum',
    { x: rewriter.plain(x!, node), indices: rewriter.plain(segmentIds!, node) },
    { rows, inner: sizeOf(x!.shape) / Math.max(1, rows), segments: node.attrs.numSegments as number },
  )
}

/** Running sums along an axis: [outer, n, inner]. */
const cumsum: Lowering = (node, rewriter) => {
  const x = node.inputs.x!
  const { shape, dtype } = outputOf(node, rewriter)
  if (dtype !== 'float32') return undefined
  const [axis] = axesOf(node.attrs.axis, shape.length)
  return make(
    node,
    rewriter,
    'Cumsum',
    { x: rewriter.plain(x, node) },
    {
      outer: sizeOf(shape.slice(0, axis)),
      n: shape[axis!]!,
      inner: sizeOf(shape.slice(axis! + 1)),
      exclusive: node.attrs.exclusive === true,
      reverse: node.attrs.reverse === true,
    },
  )
}

export const indexing: Readonly<Record<string, Lowering>> = {
  GatherV2: gather,
  UnsortedSegmentSum: segmentSum,
  Cumsum: cumsum,
}
