import { fillOf, type Use } from '../../graph.js'
import { between, type Lowering, make, outputOf } from './rule.js'

const floating: (...args: Parameters<Lowering>) => boolean = (node, { draft }) =>
  [...Object.values(node.inputs).map(({ value }) => value), ...node.outputs].every(
    (value) => draft.values[value]!.dtype === 'float32',
  )

/** A small whole power is a product. */
const pow: Lowering = (node, rewriter) => {
  const { a, b } = node.inputs
  const power = fillOf(rewriter.draft, b!)
  const { shape } = outputOf(node, rewriter)
  if (!floating(node, rewriter)) return undefined
  if (power === 1 && String(a!.shape) === String(shape)) return [a!]
  const general = (): readonly Use[] => make(node, rewriter, 'Pow', node.inputs)
  if (String(a!.shape) !== String(shape)) return general()
  if (power === 2) return make(node, rewriter, 'Square', { x: a! })
  if (power !== 3 && power !== 4) return general()
  const square = between(node, rewriter, 'Square', { x: a! }, shape)
  return power === 4
    ? make(node, rewriter, 'Square', { x: square })
    : make(node, rewriter, 'Multiply', { a: square, b: a! })
}

/** Core's own error function, which takes a list. */
const erf: Lowering = (node, rewriter) =>
  floating(node, rewriter) ? make(node, rewriter, 'Erf', { x: node.inputs[0]! }) : undefined

/** A tensor of one number alone. */
const filled =
  (fill: number): Lowering =>
  (node, rewriter) => {
    const { shape, dtype } = outputOf(node, rewriter)
    return [rewriter.draft.filled(fill, shape, dtype)]
  }

export const special: Readonly<Record<string, Lowering>> = {
  Pow: pow,
  EbbflowErf: erf,
  ZerosLike: filled(0),
  OnesLike: filled(1),
}
