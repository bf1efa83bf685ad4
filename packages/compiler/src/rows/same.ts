import { sameShape } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { exact } from '../exact.js'
import { type Graph, type Node, type Use, type View, viewOf } from '../graph.js'
import { bodyOf } from '../loops.js'

/** A graph with the variables that it reads. */
interface Read {
  readonly graph: Graph
  readonly variables: readonly tf.Variable[]
}

/** Whether two graphs compute the same: the same kernels on the same numbers, whatever their values are numbered. */
export function sameGraph(a: Read, b: Read): boolean {
  if (a.graph.nodes.length !== b.graph.nodes.length || a.graph.outputs.length !== b.graph.outputs.length) return false
  const partner = new Map<number, number>()
  const same = (one: Use, other: Use): boolean => {
    if (!sameShape(one.shape, other.shape) || !sameView(one, other)) return false
    const known = partner.get(one.value)
    if (known !== undefined) return known === other.value
    partner.set(one.value, other.value)
    return sameSource(a, one.value, b, other.value)
  }
  for (const [i, node] of a.graph.nodes.entries()) {
    const other = b.graph.nodes[i]!
    const names = Object.keys(node.inputs)
    if (node.kernel !== other.kernel || `${names}` !== `${Object.keys(other.inputs)}`) return false
    if (!names.every((name) => same(node.inputs[name]!, other.inputs[name]!))) return false
    if (!sameAttrs(node, other) || node.outputs.length !== other.outputs.length) return false
    for (const [k, output] of node.outputs.entries()) {
      const twin = b.graph.values[other.outputs[k]!]!
      const { shape, dtype } = a.graph.values[output]!
      if (dtype !== twin.dtype || !sameShape(shape, twin.shape)) return false
      partner.set(output, other.outputs[k]!)
    }
  }
  return a.graph.outputs.every((use, i) => same(use, b.graph.outputs[i]!))
}

/** Strides along axes of one entry say nothing. */
const told = ({ offset, strides }: View, shape: readonly number[]): string =>
  `${offset}:${strides.map((stride, i) => (shape[i] === 1 ? 0 : stride))}`

const sameView = (a: Use, b: Use): boolean => told(viewOf(a), a.shape) === told(viewOf(b), b.shape)

/** Views of a join are of the shapes of its parts. */
function sameAttrs(a: Node, b: Node): boolean {
  const [body, other] = [bodyOf(a), bodyOf(b)]
  if (body && other && !sameGraph({ graph: body, variables: [] }, { graph: other, variables: [] })) return false
  const text = (node: Node): string => {
    if (node.kernel !== 'Join') return JSON.stringify({ ...node.attrs, body: undefined }, exact)
    const uses = Object.values(node.inputs)
    const views = (node.attrs.views as View[]).map((view, i) => told(view, uses[i]!.shape))
    return JSON.stringify({ ...node.attrs, views }, exact)
  }
  return text(a) === text(b)
}

function sameSource(a: Read, one: number, b: Read, other: number): boolean {
  const [x, y] = [a.graph.values[one]!, b.graph.values[other]!]
  if (x.dtype !== y.dtype) return false
  const [from, to] = [x.origin, y.origin]
  if (from.kind === 'filled') return to.kind === 'filled' && Object.is(from.fill, to.fill)
  if (!sameShape(x.shape, y.shape)) return false
  if (from.kind === 'input') return to.kind === 'input' && from.index === to.index
  if (from.kind === 'variable') return to.kind === 'variable' && a.variables[from.index] === b.variables[to.index]
  if (from.kind !== 'constant' || to.kind !== 'constant') return false
  return from.data.length === to.data.length && Array.from(from.data).every((v, i) => Object.is(v, to.data[i]))
}
