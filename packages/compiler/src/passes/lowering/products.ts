import { broadcastShapes, sizeOf } from '@ebbflow/core'
import { PANEL, TILE } from '../../emit/matmul-spec.js'
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
export function withRows(use: Use, rewriter: Rewriter, at: Node): Use {
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

/** Shorter sums than this are not worth a result that has to be turned around. */
const LEAST_SUM = 16

/** What a product of m by n costs in vectors of four: columns that do not fill their panel, and rows their tile, cost nearly as much. */
const costOf = (m: number, n: number): number => {
  const tail = n % PANEL
  const columns = n - tail + (tail >= 4 ? 5 : 0) + (tail % 4 > 0 ? 5 : 0)
  return columns * (m - (m % TILE) + (m % TILE > 0 ? 4 : 0))
}

/**
 * The node's output as a product of a `[...batch, m, ...k]` and b `[...batch, ...k, n]` with `depth` axes of k. Where rows of a lie together
 * and few columns of b do, the product is computed the other way round, and read so.
 */
export function product(node: Node, rewriter: Rewriter, a: Use, b: Use, depth = 1): readonly Use[] {
  const attrs = depth === 1 ? {} : { depth }
  const batch = a.shape.length - 1 - depth
  const [m, n] = [a.shape[batch]!, b.shape.at(-1)!]
  const length = sizeOf(a.shape.slice(batch + 1))
  // one term alone is a product of each with each, which goes into the loop that follows
  if (depth === 1 && length === 1) return make(node, rewriter, 'Multiply', { a, b })
  const turns = viewOf(a).strides[batch] === 1 && length >= LEAST_SUM && costOf(n, m) < 0.9 * costOf(m, n)
  if (!turns) return make(node, rewriter, 'MatMul', { a, b }, attrs)
  const axes = [...Array(batch).keys()]
  const sums = Array.from({ length: depth }, (_, i) => batch + i)
  const left = permuted(b, [...axes, batch + depth, ...sums], rewriter)
  const right = permuted(a, [...axes, ...sums.map((axis) => axis + 1), batch], rewriter)
  const shape = [...a.shape.slice(0, batch), n, m]
  return [transposed(between(node, rewriter, 'MatMul', { a: left, b: right }, shape, attrs), rewriter)]
}

/** Axes in another order: strides, no copy. */
function permuted(use: Use, order: readonly number[], rewriter: Rewriter): Use {
  const { offset, strides } = viewOf(use)
  return rewriter.view(
    use,
    order.map((axis) => use.shape[axis]!),
    { offset, strides: order.map((axis) => strides[axis]!) },
  )
}

const batchMatMul: Lowering = (node, rewriter) => {
  if (!floating(node, rewriter)) return undefined
  const { a, b } = operands(node, rewriter)
  return product(node, rewriter, a, b)
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
