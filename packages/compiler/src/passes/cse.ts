import { exact } from '../exact.js'
import type { Graph, Use, Value } from '../graph.js'
import { ITERATE } from '../loops.js'
import { SWEEP } from '../sweeps.js'
import { HOST } from './lower.js'
import { Rewriter } from './rewrite.js'

/** Computes equal things once: the same kernel on the same inputs, and constants of the same numbers. */
export function cse(graph: Graph): Graph {
  const constants = new Map<string, number>()
  const same = graph.values.map((value, id) => {
    const key = constantKey(value)
    if (key === undefined) return id
    const first = constants.get(key)
    if (first === undefined) constants.set(key, id)
    return first ?? id
  })
  const merged = (use: Use): Use => ({ ...use, value: same[use.value] ?? use.value })
  const seen = new Map<string, readonly Use[]>()
  return Rewriter.run(
    {
      ...graph,
      nodes: graph.nodes.map((node) => ({
        ...node,
        inputs: Object.fromEntries(Object.entries(node.inputs).map(([name, use]) => [name, merged(use)])),
      })),
      outputs: graph.outputs.map(merged),
    },
    (node, { draft }) => {
      // what the host computes may have a state, and bodies are long to compare
      if (node.kernel === HOST || node.kernel === ITERATE || node.kernel === SWEEP) return undefined
      const key = JSON.stringify([node.kernel, node.inputs, node.attrs, shapesOf(draft.values, node.outputs)], exact)
      const known = seen.get(key)
      if (known) return known
      seen.set(
        key,
        node.outputs.map((value) => ({ value, shape: draft.values[value]!.shape })),
      )
      return undefined
    },
  )
}

const shapesOf = (values: readonly Value[], ids: readonly number[]): unknown =>
  ids.map((id) => [values[id]!.shape, values[id]!.dtype])

function constantKey({ shape, dtype, origin }: Value): string | undefined {
  if (origin.kind === 'filled') return `filled ${dtype} ${shape} ${exact('', origin.fill)}`
  if (origin.kind !== 'constant' || origin.data.length > 4096) return undefined
  return `constant ${dtype} ${shape} ${JSON.stringify(Array.from(origin.data), exact)}`
}
