import { sizeOf } from '@ebbflow/core'
import { LINEAR, type LinearKernel } from '../../emit/linalg/linear.js'
import { stridesOf, viewOf } from '../../graph.js'
import { MASKED, POWER } from '../../linear.js'
import { type Lowering, outputOf } from './rule.js'

/** Whether right-hand sides lie one after another, each together, so that the solutions should lie so too. */
const lieApart = (shape: readonly number[], [row, column]: readonly number[]): boolean =>
  shape.at(-2)! > 1 && shape.at(-1)! > 1 && column! > row!

/** Core's linear algebra, which takes a list: matrices of floats `[...batch, n, n]`, and right-hand sides. */
const linear =
  (kernel: LinearKernel): Lowering =>
  (node, rewriter) => {
    const { draft } = rewriter
    const uses = Object.values(node.inputs)
    const ids = [...uses.map(({ value }) => value), ...node.outputs]
    if (ids.some((id) => draft.values[id]!.dtype !== 'float32')) return undefined
    if (uses.some(({ shape }) => sizeOf(shape) === 0) || sizeOf(outputOf(node, rewriter).shape) === 0) return undefined
    const b = node.inputs[1]
    if (b && lieApart(b.shape, viewOf(b).strides.slice(-2))) {
      const { shape } = outputOf(node, rewriter)
      const turned = [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!]
      const made = draft.node(node, kernel, node.inputs, turned, { attrs: { ...node.attrs, turned: true } })
      const strides = stridesOf(turned)
      return [rewriter.view(made, shape, { offset: 0, strides: [...strides.slice(0, -2), 1, strides.at(-2)!] })]
    }
    draft.nodes.push({ ...node, kernel })
    return node.outputs.map((value) => ({ value, shape: draft.values[value]!.shape }))
  }

/** Kernels of the bijectors' own, which read their inputs in row-major order. */
const plain =
  (kernel: string): Lowering =>
  (node, rewriter) => {
    const { draft } = rewriter
    const uses = Object.entries(node.inputs)
    if (uses.some(([, { value, shape }]) => draft.values[value]!.dtype !== 'float32' || sizeOf(shape) === 0))
      return undefined
    const inputs = Object.fromEntries(uses.map(([name, use]) => [name, rewriter.plain(use, node)]))
    draft.nodes.push({ ...node, kernel, inputs })
    return node.outputs.map((value) => ({ value, shape: draft.values[value]!.shape }))
  }

export const linearAlgebra: Readonly<Record<string, Lowering>> = {
  ...Object.fromEntries(LINEAR.map((kernel) => [`Ebbflow${kernel}`, linear(kernel)])),
  EbbflowMaskedConvolutionSolve: plain(MASKED),
  EbbflowPowerIteration: plain(POWER),
}
