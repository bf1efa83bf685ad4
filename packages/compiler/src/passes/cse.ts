import { sameShape } from '@ebbflow/core'
import { same, sameNumbers } from '../exact.js'
import { type Graph, mapInputs, type Node, type Use, type Value, type ValueId } from '../graph.js'
import { ITERATE } from '../loops.js'
import { SWEEP } from '../sweeps.js'
import { HOST } from './lower.js'
import { Rewriter } from './rewrite.js'

/** Longer constants are not compared. */
const LONGEST = 4096

/** Computes equal things once: the same kernel on the same inputs, and constants of the same numbers. */
export function cse(graph: Graph): Graph {
  const firsts = firstOfEach(graph)
  const merged = (use: Use): Use => {
    const first = firsts.get(use.value)
    return first === undefined ? use : { ...use, value: first }
  }
  const seen = new Buckets<Node>()
  return Rewriter.run(
    {
      ...graph,
      nodes: firsts.size === 0 ? graph.nodes : graph.nodes.map((node) => mapInputs(node, merged)),
      outputs: graph.outputs.map(merged),
    },
    (node, { draft: { values } }) => {
      // what the host computes may have a state, and bodies are long to compare
      if (node.kernel === HOST || node.kernel === ITERATE || node.kernel === SWEEP) return undefined
      let key = node.kernel
      for (const name in node.inputs) key += ` ${node.inputs[name]!.value}`
      const known = seen.find(key, node, (a, b) => sameNode(values, a, b))
      return known?.outputs.map((value) => ({ value, shape: values[value]!.shape }))
    },
  )
}

/** Things that may be the same, by keys that are the same then. */
class Buckets<T> {
  readonly #buckets = new Map<string, T[]>()

  /** The first that is the same, if it is not the first of its kind. */
  find(key: string, one: T, isSame: (a: T, b: T) => boolean): T | undefined {
    const bucket = this.#buckets.get(key)
    if (!bucket) {
      this.#buckets.set(key, [one])
      return undefined
    }
    for (const other of bucket) if (isSame(other, one)) return other
    bucket.push(one)
    return undefined
  }
}

function sameNode(values: readonly Value[], a: Node, b: Node): boolean {
  if (a.outputs.length !== b.outputs.length || !same(a.inputs, b.inputs) || !same(a.attrs, b.attrs)) return false
  return a.outputs.every((output, i) => sameKind(values[output]!, values[b.outputs[i]!]!))
}

const sameKind = (a: Value, b: Value): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape)

/** The first constant of the same numbers, for those that are not first. */
function firstOfEach({ values }: Graph): Map<ValueId, ValueId> {
  const firsts = new Map<ValueId, ValueId>()
  const seen = new Buckets<ValueId>()
  for (let id = 0; id < values.length; id++) {
    const { origin } = values[id]!
    if (origin.kind !== 'filled' && (origin.kind !== 'constant' || origin.data.length > LONGEST)) continue
    const key = origin.kind === 'filled' ? `${origin.fill}` : `${origin.data.length} ${origin.data[0]}`
    const first = seen.find(key, id, (a, b) => sameConstant(values[a]!, values[b]!))
    if (first !== undefined) firsts.set(id, first)
  }
  return firsts
}

function sameConstant(a: Value, b: Value): boolean {
  if (!sameKind(a, b)) return false
  if (a.origin.kind === 'filled') return b.origin.kind === 'filled' && Object.is(a.origin.fill, b.origin.fill)
  return a.origin.kind === 'constant' && b.origin.kind === 'constant' && sameNumbers(a.origin.data, b.origin.data)
}
