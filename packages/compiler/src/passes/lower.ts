import { isElementwise } from '../emit/elementwise.js'
import type { Graph, Node, Use } from '../graph.js'
import { convolutions } from './lowering/convolutions.js'
import { indexing } from './lowering/indexing.js'
import { linearAlgebra } from './lowering/linear.js'
import { loops } from './lowering/loops.js'
import { products } from './lowering/products.js'
import { reductions } from './lowering/reductions.js'
import type { Lowering } from './lowering/rule.js'
import { shapes } from './lowering/shapes.js'
import { special } from './lowering/special.js'
import { Rewriter } from './rewrite.js'

const RULES: Readonly<Record<string, Lowering>> = {
  ...shapes,
  ...reductions,
  ...products,
  ...convolutions,
  ...indexing,
  ...linearAlgebra,
  ...loops,
  ...special,
}

/** Kernels whose outputs the host computes. */
export const HOST = 'Host'

/**
 * Brings tfjs's many kernels down to the few that are emitted: elementwise ones, reductions, `MatMul`, `Join` (concatenation, stacking
 * and padding), `Gather`, `SegmentSum`, `Cumsum`, `Copy` and linear algebra. Identities, reshapes, slices, transposes, reversals and
 * broadcasts become views, without a kernel. What has no rule is left to the host.
 */
export function lower(graph: Graph): Graph {
  return Rewriter.run(graph, (node, rewriter): readonly Use[] | undefined => {
    const rule = RULES[node.kernel]
    const lowered = rule?.(node, rewriter)
    if (lowered) return lowered
    if (!rule && isElementwise(node.kernel) && plainTypes(node, rewriter)) {
      rewriter.draft.nodes.push(node)
      return node.outputs.map((value) => ({ value, shape: rewriter.draft.values[value]!.shape }))
    }
    return onHost(node, rewriter)
  })
}

/** Whole numbers take the host's way but for the simplest kernels. */
const WHOLE = new Set([
  ...['Add', 'Sub', 'Multiply', 'Maximum', 'Minimum', 'Neg', 'Abs', 'Square', 'Select', 'Cast'],
  ...['Equal', 'NotEqual', 'Less', 'LessEqual', 'Greater', 'GreaterEqual', 'LogicalAnd', 'LogicalOr', 'LogicalNot'],
])

function plainTypes(node: Node, { draft }: Rewriter): boolean {
  const types = [...Object.values(node.inputs).map(({ value }) => value), ...node.outputs].map(
    (id) => draft.values[id]!.dtype,
  )
  if (types.some((dtype) => dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')) return false
  return WHOLE.has(node.kernel) || types.every((dtype) => dtype !== 'int32')
}

function onHost(node: Node, rewriter: Rewriter): readonly Use[] {
  const inputs: Record<string, Use> = {}
  for (const [name, use] of Object.entries(node.inputs)) inputs[name] = rewriter.plain(use, node)
  rewriter.draft.nodes.push({ ...node, kernel: HOST, inputs, attrs: { kernel: node.kernel, attrs: node.attrs } })
  return node.outputs.map((value) => ({ value, shape: rewriter.draft.values[value]!.shape }))
}
