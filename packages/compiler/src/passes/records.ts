import type { Graph, Node } from '../graph.js'
import { iterationOf } from '../loops.js'

/** The nodes of a graph, of which iterations record nothing that nobody goes along. */
export function withoutRecords({ nodes }: Graph): readonly Node[] {
  const read = new Set(nodes.flatMap(({ inputs }) => Object.values(inputs)).map(({ value }) => value))
  return nodes.map((node) => {
    const iteration = iterationOf(node)
    if (!iteration?.records || read.has(node.outputs[iteration.kept + 1]!)) return node
    const { records, body, ...rest } = iteration
    const outputs = body.outputs.slice(0, iteration.kept + 1)
    return {
      ...node,
      outputs: node.outputs.slice(0, iteration.kept + 1),
      attrs: { ...rest, body: { ...body, outputs } },
    }
  })
}
