import { sameShape } from '@ebbflow/core'
import { fillOf, type Graph, mapInputs, type Node, type Use, viewOf } from '../graph.js'
import { MASKED, POWER } from '../linear.js'
import { ITERATE } from '../loops.js'
import { SWEEP } from '../sweeps.js'
import { broadcastView } from '../views.js'
import { HOST } from './lower.js'
import { withRows } from './lowering/products.js'
import { Rewriter } from './rewrite.js'
import { shrunk } from './shrink.js'

/**
 * x + 0, x − 0, 1 · x, x / 1 and double negation are x, spread over the result's shape; the slope of a rectifier is told by what it gave, so
 * that what it was given need not be kept.
 */
export function simplify(graph: Graph): Graph {
  const negated = new Map<number, Use>()
  const rectified = new Map<number, number>()
  return Rewriter.run(graph, (given, rewriter) => {
    const node = readable(given, rewriter)
    const same = (x: Use): readonly Use[] => {
      const { shape } = rewriter.draft.values[node.outputs[0]!]!
      if (sameShape(x.shape, shape)) return [x]
      return [rewriter.view(x, shape, broadcastView(viewOf(x), x.shape, shape))]
    }
    const x = unchanged(node, rewriter)
    if (x && rewriter.draft.values[x.value]!.dtype === 'float32') return same(x)
    if (node.kernel === 'Neg') {
      const twice = node.inputs.x!.view ? undefined : negated.get(node.inputs.x!.value)
      if (twice && sameShape(twice.shape, node.inputs.x!.shape)) return [twice]
      negated.set(node.outputs[0]!, node.inputs.x!)
    }
    if (node.kernel === 'Relu' && !node.inputs.x!.view) rectified.set(node.inputs.x!.value, node.outputs[0]!)
    const told = node.kernel === 'Step' && !node.inputs.x!.view ? rectified.get(node.inputs.x!.value) : undefined
    if (told !== undefined) {
      rewriter.draft.nodes.push({ ...node, inputs: { x: { ...node.inputs.x!, value: told } } })
      return node.outputs.map((value) => ({ value, shape: rewriter.draft.values[value]!.shape }))
    }
    const small = shrunk(node, rewriter)
    if (small) return small
    if (node === given) return undefined
    rewriter.draft.nodes.push(node)
    return node.outputs.map((value) => ({ value, shape: rewriter.draft.values[value]!.shape }))
  })
}

/** Kernels that read all they are given in row-major order. */
const PLAIN: ReadonlySet<string> = new Set([HOST, ITERATE, SWEEP, 'Gather', 'SegmentSum', 'Cumsum', MASKED, POWER])

/** The node with copies of inputs that have become views which it cannot read. */
function readable(node: Node, rewriter: Rewriter): Node {
  const { a, b } = node.inputs
  if (node.kernel === 'MatMul') {
    const rows = withRows(b!, rewriter, node)
    return rows === b ? node : { ...node, inputs: { ...node.inputs, a: a!, b: rows } }
  }
  if (!PLAIN.has(node.kernel) || Object.values(node.inputs).every(({ view }) => !view)) return node
  return mapInputs(node, (use) => rewriter.plain(use, node))
}

function unchanged({ kernel, inputs: { a, b } }: Node, { draft }: Rewriter): Use | undefined {
  if (!a || !b) return undefined
  const [left, right] = [fillOf(draft, a), fillOf(draft, b)]
  if (kernel === 'Add') return left === 0 ? b : right === 0 ? a : undefined
  if (kernel === 'Sub') return right === 0 ? a : undefined
  if (kernel === 'Multiply') return left === 1 ? b : right === 1 ? a : undefined
  if (kernel === 'RealDiv') return right === 1 ? a : undefined
  return undefined
}
