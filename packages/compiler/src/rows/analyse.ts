import { sameShape } from '@ebbflow/core'
import { fillOf, type Graph, mapInputs, type Node, type Use, type ValueId } from '../graph.js'
import { iterationOf } from '../loops.js'
import { HOST } from '../passes/lower.js'
import { outermost, type RowAxis, withRows } from './axis.js'
import { attrsWithRows, type RowKind, type Rows, ruleFor, spread, type Verdict } from './rules.js'

/** Which values of a graph depend on the rows of a batch, and how. */
export interface RowAnalysis {
  readonly graph: Graph
  readonly rows: number
  /** By value. */
  readonly kinds: readonly RowKind[]
  readonly verdicts: ReadonlyMap<Node, Verdict>
  /** Of the bodies of iterations that keep rows apart. */
  readonly bodies: ReadonlyMap<Node, RowAnalysis>
}

/** Kernels of the engine that give another result at each call. */
const STATEFUL = new Set(['Multinomial'])

/**
 * Follows the rows of a batch through a lowered graph. Inputs `batched` have them outermost. What cannot be shown to keep rows apart is
 * `mixed`: nothing rests on sizes that happen to be the same.
 */
export function analyseRows(graph: Graph, rows: number, batched: ReadonlySet<number>): RowAnalysis {
  return analyse(graph, rows, batched, ({ each }) => each === 1)
}

function analyse(
  graph: Graph,
  rows: number,
  batched: ReadonlySet<number>,
  fits: (at: RowAxis) => boolean,
): RowAnalysis {
  const kinds: RowKind[] = graph.values.map(({ origin, shape }) => {
    if (origin.kind === 'node') return 'mixed'
    if (origin.kind !== 'input' || !batched.has(origin.index)) return 'fixed'
    // one row alone looks like an axis that is not there
    const at = rows > 1 ? outermost(shape, rows) : undefined
    return at && fits(at) ? 'rows' : 'mixed'
  })
  const verdicts = new Map<Node, Verdict>()
  const bodies = new Map<Node, RowAnalysis>()
  const context: Rows = { graph, rows, kindOf: (use) => kinds[use.value]! }
  const users = new Map<ValueId, number>()
  for (const { value } of [...graph.nodes.flatMap(({ inputs }) => Object.values(inputs)), ...graph.outputs])
    users.set(value, (users.get(value) ?? 0) + 1)
  for (const node of graph.nodes) {
    const iterated = overRows(node, context)
    if (iterated) bodies.set(node, iterated.body)
    const verdict = iterated ?? weighed(node, context, users) ?? verdictOf(node, context)
    verdicts.set(node, verdict)
    for (const output of node.outputs) kinds[output] = verdict.kind
  }
  return { graph, rows, kinds, verdicts, bodies }
}

/**
 * An iteration holds rows that are done, so each has its result from that row alone if the body keeps them apart and they share nothing. It
 * reads what it is given in row-major order; numbers that fill a state fill it for any number of rows.
 */
function overRows(node: Node, { graph, rows, kindOf }: Rows): (Verdict & { body: RowAnalysis }) | undefined {
  const iteration = iterationOf(node)
  if (!iteration || iteration.shared > 0) return undefined
  const { body, kept } = iteration
  const axes: Record<string, number> = {}
  // the rows' status stands behind the states
  const batched = new Set([kept])
  for (const [name, use] of Object.entries(node.inputs)) {
    const index = Number(name)
    const kind = kindOf(use)
    const at = use.view ? undefined : outermost(use.shape, rows)
    const spread = kind === 'fixed' && fillOf(graph, use) !== undefined && at !== undefined
    if (kind !== 'rows' && !spread) {
      if (kind !== 'fixed' || index < kept) return undefined
      continue
    }
    if (!at) return undefined
    axes[name] = at.axis
    batched.add(index < kept ? index : index + 1)
  }
  if (!Object.values(node.inputs).some((use) => kindOf(use) === 'rows')) return undefined
  const within = analyse(body, rows, batched, () => true)
  if (!body.outputs.every(({ value }) => within.kinds[value] === 'rows')) return undefined
  return { kind: 'rows', axes, body: within }
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
