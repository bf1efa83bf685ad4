import { Draft, type Graph } from '../graph.js'

/** Gives the outputs at some places values of their own: a copy of what is no node's, or an output already. */
export function copyRepeated(graph: Graph, places: readonly number[]): Graph {
  const draft = new Draft(graph.values)
  draft.nodes.push(...graph.nodes)
  const last = { call: graph.nodes.at(-1)?.call ?? 0 }
  const taken = new Set(graph.outputs.filter((_, i) => !places.includes(i)).map(({ value }) => value))
  const outputs = graph.outputs.map((use, i) => {
    if (!places.includes(i)) return use
    const { origin, dtype } = graph.values[use.value]!
    const own = origin.kind === 'node' && !taken.has(use.value)
    taken.add(use.value)
    return own ? use : draft.node(last, 'Copy', { x: use }, use.shape, { dtype })
  })
  return { values: draft.values, nodes: draft.nodes, outputs }
}
