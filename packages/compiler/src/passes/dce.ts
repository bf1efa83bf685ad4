import type { Graph } from '../graph.js'

/** Drops the nodes that no output depends on. */
export function dce(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map(({ value }) => value))
  const kept = graph.nodes
    .toReversed()
    .filter((node) => {
      if (!node.outputs.some((output) => needed.has(output))) return false
      for (const { value } of Object.values(node.inputs)) needed.add(value)
      return true
    })
    .reverse()
  return { ...graph, nodes: kept }
}
