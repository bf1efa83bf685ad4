import { type Shape, sizeOf } from '@ebbflow/core'
import type { Node, Use } from '../../graph.js'
import type { Rewriter } from '../rewrite.js'
import { axesOf, between, type Lowering, make, outputOf } from './rule.js'

/** A reduction over axes, whose output has the input's shape without them (or with ones in their place). */
const reduce =
  (kernel: string): Lowering =>
  (node, rewriter) => {
    const x = node.inputs.x!
    const reduced = axesOf(node.attrs.axis ?? node.attrs.reductionIndices, x.shape.length)
    const { dtype } = outputOf(node, rewriter)
    if (dtype !== 'float32' || rewriter.draft.values[x.value]!.dtype !== 'float32') return undefined
    if (reduced.length === 0) return [x]
    return make(node, rewriter, kernel, { x }, { axes: x.shape.map((_, i) => reduced.includes(i)) })
  }

const mean: Lowering = (node, rewriter) => {
  const x = node.inputs.x!
  const reduced = axesOf(node.attrs.axis ?? node.attrs.reductionIndices, x.shape.length)
  const { shape, dtype } = outputOf(node, rewriter)
  if (dtype !== 'float32' || rewriter.draft.values[x.value]!.dtype !== 'float32') return undefined
  const total = between(node, rewriter, 'Sum', { x }, shape, { axes: x.shape.map((_, i) => reduced.includes(i)) })
  const count = sizeOf(x.shape) / sizeOf(shape)
  return make(node, rewriter, 'Multiply', { a: total, b: rewriter.draft.filled(1 / count, []) })
}

/** x − max x along the last axis, its exponential, and the sum of that. */
function shifted(node: Node, rewriter: Rewriter, x: Use) {
  const axes = x.shape.map((_, i) => i === x.shape.length - 1)
  const kept: Shape = [...x.shape.slice(0, -1), 1]
  const top = between(node, rewriter, 'Max', { x }, kept, { axes })
  const below = between(node, rewriter, 'Sub', { a: x, b: top }, x.shape)
  const exp = between(node, rewriter, 'Exp', { x: below }, x.shape)
  const total = between(node, rewriter, 'Sum', { x: exp }, kept, { axes })
  return { below, exp, total }
}

const softmax: Lowering = (node, rewriter) => {
  const x = node.inputs.logits!
  if ((node.attrs.dim as number) !== x.shape.length - 1 && (node.attrs.dim as number) !== -1) return undefined
  const { exp, total } = shifted(node, rewriter, x)
  return make(node, rewriter, 'RealDiv', { a: exp, b: total })
}

const logSoftmax: Lowering = (node, rewriter) => {
  const x = node.inputs.logits!
  if ((node.attrs.axis as number) !== x.shape.length - 1 && (node.attrs.axis as number) !== -1) return undefined
  const { below, total } = shifted(node, rewriter, x)
  const log = between(node, rewriter, 'Log', { x: total }, total.shape)
  return make(node, rewriter, 'Sub', { a: below, b: log })
}

/** A sum of several tensors, two at a time. */
const addN: Lowering = (node, rewriter) => {
  const [first, ...rest] = Object.values(node.inputs)
  if (rest.length === 0) return [first!]
  const { shape } = outputOf(node, rewriter)
  const all = rest.slice(0, -1).reduce((a, b) => between(node, rewriter, 'Add', { a, b }, shape), first!)
  return make(node, rewriter, 'Add', { a: all, b: rest.at(-1)! })
}

export const reductions: Readonly<Record<string, Lowering>> = {
  Sum: reduce('Sum'),
  Max: reduce('Max'),
  Min: reduce('Min'),
  Prod: reduce('Prod'),
  Mean: mean,
  Softmax: softmax,
  LogSoftmax: logSoftmax,
  AddN: addN,
}
