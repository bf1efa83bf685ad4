import { sameShape, sizeOf } from '@ebbflow/core'
import { exact } from './exact.js'
import type { Graph, Node, Value } from './graph.js'
import { iterationOf } from './loops.js'

/** Where two recordings of a function differ: the number of the first kernel call that does, and how; undefined where they are the same. */
export function difference(a: Graph, b: Graph): { call: number; what: string } | undefined {
  // values have the same numbers in both, and are compared once
  const compared = new Set<number>()
  for (let i = 0; i < Math.max(a.nodes.length, b.nodes.length); i++) {
    const one = a.nodes[i]
    const other = b.nodes[i]
    const call = (one ?? other)!.call
    if (!one || !other) return { call, what: 'the number of its operations' }
    if (signature(one) !== signature(other)) return { call, what: `its operation ${one.kernel}` }
    const [body, otherBody] = [iterationOf(one)?.body, iterationOf(other)?.body]
    const within = body && otherBody ? difference(body, otherBody) : undefined
    if (within) return { call, what: within.what }
    for (const { value } of Object.values(one.inputs)) {
      if (compared.has(value)) continue
      compared.add(value)
      if (!sameOrigin(a.values[value]!, b.values[value])) return { call, what: `a number that ${one.kernel} is given` }
    }
  }
  const last = a.nodes.at(-1)?.call ?? 0
  if (JSON.stringify(a.outputs) !== JSON.stringify(b.outputs)) return { call: last, what: 'its outputs' }
  for (const { value } of a.outputs)
    if (!sameOrigin(a.values[value]!, b.values[value])) return { call: last, what: 'a constant result' }
  return undefined
}

const signature = ({ kernel, inputs, attrs, outputs }: Node): string =>
  // bodies are compared by themselves
  JSON.stringify([kernel, inputs, { ...attrs, body: undefined }, outputs], exact)

function sameOrigin(a: Value, b: Value | undefined): boolean {
  if (!b || a.dtype !== b.dtype || !sameShape(a.shape, b.shape) || a.origin.kind !== b.origin.kind) return false
  if (a.origin.kind === 'filled') return Object.is(a.origin.fill, (b.origin as { fill: number }).fill)
  if (a.origin.kind !== 'constant') return true
  const { data } = b.origin as { data: ArrayLike<number> }
  return sizeOf(a.shape) === sizeOf(b.shape) && Array.from(a.origin.data).every((value, i) => Object.is(value, data[i]))
}
