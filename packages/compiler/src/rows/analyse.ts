import { sameShape } from '@ebbflow/core'
import { type Graph, mapInputs, type Node, type Use, type ValueId } from '../graph.js'
import { HOST } from '../passes/lower.js'
import { outermost, withRows } from './axis.js'
import { isSumOfSums, iterates } from './iterations.js'
import { attrsWithRows, ruleFor, spread } from './rules.js'
import type { RowAnalysis, RowKind, Rows, Verdict } from './verdict.js'

export type { RowAnalysis } from './verdict.js'

/** Kernels of the engine that give another result at each call. */
const STATEFUL = new Set(['Multinomial'])

/**
 * Follows the rows of a batch through a lowered graph. Inputs `batched` have them outermost. What cannot be shown to keep rows apart is
 * `mixed`: nothing rests on sizes that happen to be the same.
 */
export function analyseRows(graph: Graph, rows: number, batched: ReadonlySet<number>): RowAnalysis {
  return analyse(graph, rows, batched, false)
}

/** In a body, inputs may have several entries for a row, and sums of sums are parts of one. */
const analyseBody = (graph: Graph, rows: number, batched: ReadonlySet<number>): RowAnalysis =>
  analyse(graph, rows, batched, true)

function analyse(graph: Graph, rows: number, batched: ReadonlySet<number>, body: boolean): RowAnalysis {
  const kinds: RowKind[] = graph.values.map(({ origin, shape }) => {
    if (origin.kind === 'node') return 'mixed'
    if (origin.kind !== 'input' || !batched.has(origin.index)) return 'fixed'
    // one row alone looks like an axis that is not there
    const at = rows > 1 ? outermost(shape, rows) : undefined
    return at && (body || at.each === 1) ? 'rows' : 'mixed'
  })
  const verdicts = new Map<Node, Verdict>()
  const bodies = new Map<Node, RowAnalysis>()
  const context: Rows = { graph, rows, kindOf: (use) => kinds[use.value]! }
  const users = new Map<ValueId, number>()
  for (const { value } of [...graph.nodes.flatMap(({ inputs }) => Object.values(inputs)), ...graph.outputs])
    users.set(value, (users.get(value) ?? 0) + 1)
  for (const node of graph.nodes) {
    const iterated = iterates(node, context, analyseBody)
    if (iterated) bodies.set(node, iterated.body)
    const summed: Verdict | undefined = body && isSumOfSums(node, context) ? { kind: 'sum', axes: {} } : undefined
    const verdict: Verdict = iterated ?? summed ?? weighed(node, context, users) ?? verdictOf(node, context)
    verdicts.set(node, verdict)
    for (const [i, output] of node.outputs.entries()) kinds[output] = verdict.kinds?.[i] ?? verdict.kind
  }
  return { graph, rows, kinds, verdicts, bodies }
}

/**
 * A sum that is used once, times fixed numbers, as the gradient of a masked weight is, may be multiplied part by part: what multiplies is
 * then a part of the product that sums.
 */
function weighed({ kernel, inputs, outputs }: Node, { graph, kindOf }: Rows, users: ReadonlyMap<ValueId, number>) {
  const { a, b } = inputs
  if (kernel !== 'Multiply' || !a || !b) return undefined
  const [sum, weights] = kindOf(a) === 'sum' ? [a, b] : [b, a]
  const { shape } = graph.values[outputs[0]!]!
  const fits = kindOf(sum) === 'sum' && kindOf(weights) === 'fixed' && users.get(sum.value) === 1
  return fits && sameShape(sum.shape, shape) ? { kind: 'sum' as const, axes: {} } : undefined
}

function verdictOf(node: Node, rows: Rows): Verdict {
  const given = new Set(Object.values(node.inputs).map((use) => rows.kindOf(use)))
  const plainly = (kind: RowKind): Verdict => ({ kind, axes: {} })
  if (node.kernel === HOST && STATEFUL.has(`${node.attrs.kernel}`)) return plainly('mixed')
  if (given.has('mixed')) return plainly('mixed')
  if (given.has('sum') || given.has('after')) return plainly(given.has('rows') ? 'mixed' : 'after')
  if (!given.has('rows')) return spread(node, rows) ?? plainly('fixed')
  return ruleFor(node)?.(node, rows) ?? plainly('mixed')
}

/** Whether each row of each output comes from that row of the inputs alone, or is fixed. */
export const isRowWise = ({ graph, kinds }: RowAnalysis): boolean =>
  graph.outputs.some(({ value }) => kinds[value] === 'rows') &&
  graph.outputs.every(({ value }) => kinds[value] === 'rows' || kinds[value] === 'fixed')

/** The graph for another number of rows. */
export function withRowCount({ graph, rows, kinds, verdicts, bodies }: RowAnalysis, to: number): Graph {
  const resized = (use: Use): Use => {
    const at = kinds[use.value] === 'rows' ? outermost(use.shape, rows) : undefined
    return at ? { ...use, shape: withRows(use.shape, at.axis, rows, to) } : use
  }
  const values = graph.values.map((value, id) => {
    const at = kinds[id] === 'rows' ? outermost(value.shape, rows) : undefined
    return at ? { ...value, shape: withRows(value.shape, at.axis, rows, to) } : value
  })
  const along = (use: Use, axis: number): Use => {
    const shape = withRows(use.shape, axis, rows, to)
    const value = graph.values[use.value]!
    // a number that fills a batch fills another
    if (value.origin.kind !== 'filled') return { ...use, shape }
    return { value: values.push({ ...value, shape }) - 1, shape }
  }
  const nodes = graph.nodes.map((node) => {
    const { axes } = verdicts.get(node)!
    if (Object.keys(axes).length === 0) return node
    const inputs = mapInputs(node, (use, name) => (axes[name] === undefined ? use : along(use, axes[name])))
    const body = bodies.get(node)
    const attrs = body ? { ...node.attrs, body: withRowCount(body, to) } : attrsWithRows(node, axes, rows, to)
    return { ...inputs, attrs }
  })
  return { values, nodes, outputs: graph.outputs.map(resized) }
}
