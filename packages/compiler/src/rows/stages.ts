import type { Graph, Node, Value, ValueId } from '../graph.js'
import { type RowAnalysis, withRowCount } from './analyse.js'

/** A graph in three parts that run one after another; values keep their numbers. */
export interface Stages {
  /** What is the same for all rows. Its outputs are what others read of it. */
  readonly fixed: Graph
  /** What is computed for each row, and sums over them: the outputs of the graph, or what `after` reads. */
  readonly rows: Graph
  /** What is computed from sums over all rows. */
  readonly after: Graph
}

/** Parts a graph that mixes no rows; the part that goes over rows is for `rows` of them. */
export function stagesOf(analysis: RowAnalysis, rows: number): Stages {
  const { kinds, verdicts } = analysis
  const graph = withRowCount(analysis, rows)
  const parts: Record<keyof Stages, Node[]> = { fixed: [], rows: [], after: [] }
  const partOf = (value: ValueId): keyof Stages => {
    const kind = kinds[value]!
    return kind === 'fixed' || kind === 'after' ? kind : 'rows'
  }
  for (const [i, node] of graph.nodes.entries()) {
    const { kind } = verdicts.get(analysis.graph.nodes[i]!)!
    parts[kind === 'fixed' || kind === 'after' ? kind : 'rows'].push(node)
  }
  // in the order in which they are asked for
  const asked: Record<keyof Stages, Set<ValueId>> = { fixed: new Set(), rows: new Set(), after: new Set() }
  const ask = (value: ValueId, by?: keyof Stages): void => {
    const part = partOf(value)
    if (graph.values[value]!.origin.kind === 'node' && part !== by) asked[part].add(value)
  }
  for (const [part, nodes] of Object.entries(parts) as [keyof Stages, Node[]][])
    for (const node of nodes) for (const { value } of Object.values(node.inputs)) ask(value, part)
  for (const { value } of graph.outputs) ask(value)
  // the rows themselves are no concern of the other parts
  const others = graph.values.map(
    (value, id): Value =>
      value.origin.kind === 'input' && kinds[id] === 'rows' ? { ...value, origin: { kind: 'node' } } : value,
  )
  const stage = (part: keyof Stages): Graph => ({
    values: part === 'rows' ? graph.values : others,
    nodes: parts[part],
    outputs: [...asked[part]].map((value) => ({ value, shape: graph.values[value]!.shape })),
  })
  return { fixed: stage('fixed'), rows: stage('rows'), after: stage('after') }
}
