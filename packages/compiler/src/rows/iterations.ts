import { sameShape } from '@ebbflow/core'
import { fillOf, type Graph, type Node } from '../graph.js'
import { type Iteration, iterationOf, ownInputs } from '../loops.js'
import { outermost } from './axis.js'
import type { RowAnalysis, RowKind, Rows, Verdict } from './verdict.js'

type Analyse = (graph: Graph, rows: number, batched: ReadonlySet<number>) => RowAnalysis

/**
 * An iteration holds rows that are done, so each has its result from that row alone if the body keeps them apart and they share nothing but
 * sums of what each turn adds. It reads what it is given in row-major order; numbers that fill a state fill it for any number of rows.
 */
export function iterates(
  node: Node,
  context: Rows,
  analyse: Analyse,
): (Verdict & { readonly body: RowAnalysis }) | undefined {
  const iteration = iterationOf(node)
  if (!iteration || (iteration.shared > 0 && !iteration.along)) return undefined
  const { body, kept, shared } = iteration
  const { rows } = context
  const states = kept - shared
  const given = givenRows(node, iteration, context)
  if (!given) return undefined
  const { axes, batched } = given
  let within = analyse(body, rows, batched)
  const sums = Array.from({ length: shared }, (_, i) => states + i)
  // what each turn adds may have rows itself
  const rowSums = new Set(sums.filter((i) => termOf(within, i) === 'rows'))
  for (const i of rowSums) {
    const at = outermost(node.inputs[i]!.shape, rows)
    if (!at) return undefined
    axes[i] = at.axis
    batched.add(i)
  }
  if (rowSums.size > 0) within = analyse(body, rows, batched)
  const isSum = (i: number): boolean => i >= states && i < kept && !rowSums.has(i)
  const apart = body.outputs.every(({ value }, i) => {
    if (isSum(i)) return termOf(within, i) === 'sum' || isInput(body, value, i)
    // there is no row that is done before the others of what goes along something
    return within.kinds[value] === 'rows' || (i === kept && iteration.along !== undefined)
  })
  if (!apart) return undefined
  return { kind: 'rows', axes, kinds: node.outputs.map((_, i) => (isSum(i) ? 'sum' : 'rows')), body: within }
}

/** Along which axes inputs have rows, and which inputs of the body those are; undefined where one is of another kind than it may be. */
function givenRows(node: Node, iteration: Iteration, { graph, rows, kindOf }: Rows) {
  const { kept, shared, along } = iteration
  const axes: Record<string, number> = {}
  // the rows' status stands behind the states
  const batched = new Set(along ? [] : [kept])
  let some = false
  for (const [name, use] of Object.entries(node.inputs)) {
    const kind = kindOf(use)
    if ((kind !== 'rows' && kind !== 'fixed') || use.view) return undefined
    if (name === 'turns') continue
    const part = name.startsWith('along ') ? Number(name.slice('along '.length)) : undefined
    const index = Number(name)
    const fill = fillOf(graph, use)
    if (index >= kept - shared && index < kept) {
      if (fill !== 0) return undefined
      continue
    }
    const at = outermost(use.shape, rows)
    const fills = fill !== undefined && at !== undefined && part === undefined
    if (kind === 'fixed' && !fills) {
      if (index < kept) return undefined
      continue
    }
    if (!at) return undefined
    some ||= kind === 'rows'
    axes[name] = at.axis
    batched.add(part !== undefined ? kept + 1 + part : index < kept ? index : index + ownInputs(iteration))
  }
  return some ? { axes, batched } : undefined
}

const isInput = ({ values }: Graph, value: number, index: number): boolean => {
  const { origin } = values[value]!
  return origin.kind === 'input' && origin.index === index
}

/** The kind of what a turn adds to a sum; undefined where it does anything else with it. */
function termOf({ graph, kinds }: RowAnalysis, i: number): RowKind | undefined {
  const { value } = graph.outputs[i]!
  const node = graph.nodes.find(({ outputs }) => outputs.includes(value))
  const { a, b } = node?.inputs ?? {}
  if (node?.kernel !== 'Add' || !a || !b || !sameShape(a.shape, b.shape)) return undefined
  const [sum, term] = isInput(graph, a.value, i) ? [a, b] : [b, a]
  return isInput(graph, sum.value, i) && !sum.view ? kinds[term.value] : undefined
}

/** Whether a node adds sums over rows to each other, or gives them another sign. */
export function isSumOfSums({ kernel, inputs, outputs }: Node, { graph, kindOf }: Rows): boolean {
  const uses = Object.values(inputs)
  const { shape } = graph.values[outputs[0]!]!
  return (
    (kernel === 'Add' || kernel === 'Sub' || kernel === 'Neg') &&
    uses.every((use) => kindOf(use) === 'sum' && sameShape(use.shape, shape))
  )
}
