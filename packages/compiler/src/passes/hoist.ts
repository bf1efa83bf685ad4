import { isElementwise } from '../emit/elementwise.js'
import { type Graph, mapInputs, type Node, type Use, type ValueId } from '../graph.js'
import { bodyOf, iterationOf, ownInputs } from '../loops.js'
import { OWN } from '../sweeps.js'

/** Kernels that take numbers that fill a value as part of their code. */
const inCode = (kernel: string): boolean => isElementwise(kernel) || /^(Join|Sum|Max|Min|Prod)$/.test(kernel)

/**
 * Takes the constants of bodies out into the graph around them, of which bodies read them then: there they have places for good, whatever
 * runs before a body or beside it. Numbers that code is made of stay.
 */
export function hoist(graph: Graph): Graph {
  const values = [...graph.values]
  return { ...graph, values, nodes: graph.nodes.map((node) => hoisted(node)) }

  function hoisted(node: Node): Node {
    const body = bodyOf(node)
    if (!body) return node
    const inputs = { ...node.inputs }
    const within = [...body.values]
    const found = new Map<ValueId, ValueId>()
    // the body has more than the node: an iteration the rows' status, a sweep its own, and what the node calls by names is not the body's
    const numbered = Object.keys(inputs).filter((name) => /^\d+$/.test(name)).length
    const iteration = iterationOf(node)
    const more = iteration ? ownInputs(iteration) : OWN
    let index = numbered + more
    const taken = (use: Use): Use => {
      let value = found.get(use.value)
      if (value === undefined) {
        const { shape, dtype } = within[use.value]!
        inputs[`${index - more}`] = { value: values.push(within[use.value]!) - 1, shape }
        value = within.push({ shape, dtype, origin: { kind: 'input', index } }) - 1
        found.set(use.value, value)
        index += 1
      }
      return { ...use, value }
    }
    const isConstant = ({ value }: Use): boolean => within[value]!.origin.kind === 'constant'
    const isNumber = ({ value }: Use): boolean => within[value]!.origin.kind === 'filled'
    const nodes = body.nodes.map((inner) =>
      mapInputs(inner, (use) => (isConstant(use) || (isNumber(use) && !inCode(inner.kernel)) ? taken(use) : use)),
    )
    const outputs = body.outputs.map((use) => (isConstant(use) ? taken(use) : use))
    return { ...node, inputs, attrs: { ...node.attrs, body: { values: within, nodes, outputs } } }
  }
}
