import { broadcastShapes } from '@ebbflow/core'
import { type Node, type Use, viewOf } from '../../graph.js'
import { broadcastView } from '../../views.js'
import type { Rewriter } from '../rewrite.js'
import { between, type Lowering, make, outputOf } from './rule.js'

/** The last two axes swapped: strides, no copy. */
function transposed(use: Use, rewriter: Rewriter): Use {
  const { offset, strides } = viewOf(use)
  const swap = (list: readonly number[]): number[] => [...list.slice(0, -2), list.at(-1)!, list.at(-2)!]
  return rewriter.view(use, swap(use.shape), { offset, strides: swap(strides) })
}

/** The right side, whose rows must lie together in memory. */
function withRows(use: Use, rewriter: Rewriter, at: Node): Use {
  if (use.shape.at(-1) === 1 || viewOf(use).strides.at(-1) === 1) return use
  return rewriter.plain(use, at)
}

function operands(node: Node, rewriter: Rewriter): { a: Use; b: Use } {
  const { a, b } = node.inputs
  const left = node.attrs.transposeA ? transposed(a!, rewriter) : a!
  const right = node.attrs.transposeB ? transposed(b!, rewriter) : b!
  const batch = broadcastShapes(left.shape.slice(0, -2), right.shape.slice(0, -2))
  const spread = (use: Use): Use => {
    const shape = [...batch, ...use.shape.slice(-2)]
    return rewriter.view(use, shape, broadcastView(viewOf(use), use.shape, shape))
  }
  return { a: spread(left), b: withRows(spread(right), rewriter, node) }
}

const floating = (node: Node, rewriter: Rewriter): boolean =>
  Object.values(node.inputs).every(({ value }) => rewriter.draft.values[value]!.dtype === 'float32')

const batchMatMul: Lowering = (node, rewriter) => {
  if (!floating(node, rewriter)) return undefined
  return make(node, rewriter, 'MatMul', operands(node, rewriter))
}

/** A product with what follows it taken apart; the loop that follows is fused elsewhere. */
const fusedMatMul: Lowering = (node, rewriter) => {
  const { bias, preluActivationWeights } = node.inputs
  const activation = (node.attrs.activation as string | undefined) ?? 'linear'
  const kernel = {
    linear: 'Copy',
    relu: 'Relu',
    relu6: 'Relu6',
    elu: 'Elu',
    sigmoid: 'Sigmoid',
    leakyrelu: 'LeakyRelu',
  }[activation]
  if (!floating(node, rewriter) || preluActivationWeights || !kernel) return undefined
  const { shape } = outputOf(node, rewriter)
  const product = between(node, rewriter, 'MatMul', operands(node, rewriter), shape)
  const sum = bias ? between(node, rewriter, 'Add', { a: product, b: bias }, shape) : product
  return make(node, rewriter, kernel, { x: sum }, { alpha: node.attrs.leakyreluAlpha })
}

export const products: Readonly<Record<string, Lowering>> = { BatchMatMul: batchMatMul, _FusedMatMul: fusedMatMul }
