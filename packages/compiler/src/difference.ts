import { sameShape } from '@ebbflow/core'
import { same, sameNumbers } from './exact.js'
import type { Graph, Node, Value } from './graph.js'
import { bodyOf } from './loops.js'

/** Where two recordings of a function differ: the number of the first kernel call that does, and how. */
export interface Difference {
  readonly call: number
  readonly what: string
}

/** Where two recordings of a function differ; undefined where they are the same. */
export function difference(a: Graph, b: Graph): Difference | undefined {
  // values have the same numbers in both, and are compared once
  const compared = new Set<number>()
  for (let i = 0; i < Math.max(a.nodes.length, b.nodes.length); i++) {
    const one = a.nodes[i]
    const other = b.nodes[i]
    const call = (one ?? other)!.call
    if (!one || !other) return { call, what: 'the number of its operations' }
    if (!sameNode(one, other)) return { call, what: `its operation ${one.kernel}` }
    const [body, otherBody] = [bodyOf(one), bodyOf(other)]
    const within = body && otherBody ? difference(body, otherBody) : undefined
    if (within) return { call, what: within.what }
    for (const { value } of Object.values(one.inputs)) {
      if (compared.has(value)) continue
      compared.add(value)
      if (!sameOrigin(a.values[value]!, b.values[value])) return { call, what: `a number that ${one.kernel} is given` }
    }
  }
  const last = a.nodes.at(-1)?.call ?? 0
  if (!same(a.outputs, b.outputs)) return { call: last, what: 'its outputs' }
  for (const { value } of a.outputs)
    if (!sameOrigin(a.values[value]!, b.values[value])) return { call: last, what: 'a constant result' }
  return undefined
}

const sameNode = (a: Node, b: Node): boolean =>
  a.kernel === b.kernel &&
  same(a.outputs, b.outputs) &&
  same(a.inputs, b.inputs) &&
  // bodies are compared by themselves
  same(a.attrs, b.attrs, 'body')

function sameOrigin(a: Value, b: Value | undefined): boolean {
  if (!b || a.dtype !== b.dtype || !sameShape(a.shape, b.shape) || a.origin.kind !== b.origin.kind) return false
  if (a.origin.kind === 'filled') return Object.is(a.origin.fill, (b.origin as { fill: number }).fill)
  if (a.origin.kind !== 'constant') return true
  return sameNumbers(a.origin.data, (b.origin as { data: ArrayLike<number> }).data)
}
