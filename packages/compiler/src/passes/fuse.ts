import { type Shape, sizeOf } from '@ebbflow/core'
import { argumentsOf, isElementwise } from '../emit/elementwise.js'
import type { Reduction } from '../emit/loop.js'
import type { LoopStep, Ref } from '../emit/steps.js'
import { fillOf, type Graph, type Node, type Use, type ValueId, type View, viewOf } from '../graph.js'
import { broadcastView, isPlain, reshapeView } from '../views.js'

/** A loop over elements: what it reads through which views, what it computes, and what it writes. */
export interface FusedLoop {
  readonly kind: 'loop'
  readonly shape: Shape
  readonly leaves: readonly { readonly value: ValueId; readonly view: View }[]
  readonly steps: readonly LoopStep[]
  readonly outputs: readonly { readonly value: ValueId; readonly ref: Ref }[]
  readonly reduce?: { readonly axes: readonly boolean[]; readonly kind: Reduction }
  /** The product that it ends: its elements are computed as the loop goes, and need no place in memory. */
  readonly product?: Node
  /** Kernels of the recording that it stands for, for tables. */
  readonly kernels: readonly string[]
}

/** A graph that is run again and again. */
export interface Repeated {
  readonly kind: 'iterate'
  readonly node: Node
  readonly body: Body
}

/** A graph that is run for one value of some rows after another. */
export interface Sweeping {
  readonly kind: 'sweep'
  readonly node: Node
  readonly body: Body
  /** Whether the logarithms of derivatives, the second output of the body, are wanted. */
  readonly logDet: boolean
}

export interface Body {
  readonly graph: Graph
  readonly operations: readonly Operation[]
}

/** What a program runs, one after another. */
export type Operation = FusedLoop | Repeated | Sweeping | { readonly kind: 'node'; readonly node: Node }

const REDUCTIONS = new Set<string>(['Sum', 'Max', 'Min', 'Prod'])
const MOST_LEAVES = 14
const MOST_STEPS = 48
const MOST_OUTPUTS = 4

/** A loop while it gathers its nodes, last one first. */
interface Cluster {
  /** Where it runs: the place of its last node. */
  readonly place: number
  readonly shape: Shape
  readonly reduce: boolean
  readonly members: Node[]
  leaves: number
  outputs: number
}

/**
 * Gathers elementwise kernels, and the reduction that they end in, into loops. A kernel joins the loop of the first of its users where
 * both go over the same elements; what others use of it, later, the loop writes too. Goes backwards, so that users come first.
 */
export function fuse(graph: Graph): Operation[] {
  const { nodes, values } = graph
  const clusters = new Map<Node, Cluster>()
  const places = new Map<Node, number>(nodes.map((node, i) => [node, i]))
  const users = usersOf(graph)
  const external = new Set(graph.outputs.map(({ value }) => value))
  const placeOf = (node: Node): number => clusters.get(node)?.place ?? places.get(node)!

  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!
    const reduction = REDUCTIONS.has(node.kernel)
    if (!reduction && !isElementwise(node.kernel)) continue
    const [output] = node.outputs
    const shape = reduction ? node.inputs.x!.shape : values[output!]!.shape
    const joined = reduction ? undefined : join(node)
    if (joined) continue
    clusters.set(node, {
      place: i,
      shape,
      reduce: reduction,
      members: [node],
      leaves: leafCount(graph, node),
      outputs: 1,
    })
  }

  function join(node: Node): boolean {
    const [output] = node.outputs
    const using = users.get(output!) ?? []
    const first = using.reduce<Node | undefined>((a, b) => (a && placeOf(a) <= placeOf(b) ? a : b), undefined)
    const cluster = first && clusters.get(first)
    if (!cluster) return false
    const size = sizeOf(cluster.shape)
    if (size !== sizeOf(values[output!]!.shape)) return false
    const inside = using.filter((user) => clusters.get(user) === cluster)
    const outside = external.has(output!) || inside.length < using.length
    if (outside && (cluster.reduce || cluster.outputs >= MOST_OUTPUTS)) return false
    if (using.some((user) => clusters.get(user) !== cluster && placeOf(user) <= cluster.place)) return false
    for (const user of inside)
      for (const use of Object.values(user.inputs))
        if (use.value === output && (use.view || sizeOf(use.shape) !== size)) return false
    const leaves = cluster.leaves + leafCount(graph, node) - 1
    if (leaves > MOST_LEAVES || cluster.members.length >= MOST_STEPS) return false
    const { shape } = values[output!]!
    if (!Object.values(node.inputs).every((use) => onShape(use, shape, cluster.shape))) return false
    cluster.members.push(node)
    cluster.leaves = leaves
    if (outside) cluster.outputs += 1
    clusters.set(node, cluster)
    return true
  }

  const operations: Operation[] = []
  for (const [i, node] of nodes.entries()) {
    const cluster = clusters.get(node)
    if (!cluster) operations.push({ kind: 'node', node })
    else if (cluster.place === i) operations.push(loopOf(graph, cluster, users, external))
  }
  return operations
}

function usersOf({ nodes }: Graph): Map<ValueId, Node[]> {
  const users = new Map<ValueId, Node[]>()
  for (const node of nodes)
    for (const { value } of Object.values(node.inputs)) {
      const list = users.get(value)
      if (!list) users.set(value, [node])
      else if (list.at(-1) !== node) list.push(node)
    }
  return users
}

const leafCount = (graph: Graph, node: Node): number =>
  Object.values(node.inputs).filter((use) => fillOf(graph, use) === undefined).length

/** The view of a use that is broadcast to `shape`, on the loop's shape of the same size; undefined where no strides say it. */
function onShape(use: Use, shape: Shape, loop: Shape): View | undefined {
  return reshapeView(broadcastView(viewOf(use), use.shape, shape), shape, loop)
}

function loopOf(
  graph: Graph,
  cluster: Cluster,
  users: ReadonlyMap<ValueId, Node[]>,
  external: ReadonlySet<ValueId>,
): FusedLoop {
  const { shape, reduce } = cluster
  // members were added users first
  const members = cluster.members.toReversed()
  const inside = new Set(members)
  const leaves: { value: ValueId; view: View }[] = []
  const places = new Map<string, number>()
  const computed = new Map<ValueId, number>()
  const steps: LoopStep[] = []
  const leaf = (value: ValueId, view: View): Ref => {
    const key = `${value} ${view.offset} ${view.strides}`
    let at = places.get(key)
    if (at === undefined) {
      at = leaves.push({ value, view }) - 1
      places.set(key, at)
    }
    return { leaf: at }
  }
  const refOf = (use: Use, own: Shape): Ref => {
    const fill = fillOf(graph, use)
    if (fill !== undefined) return { constant: fill }
    const step = computed.get(use.value)
    if (step !== undefined) return { step }
    return leaf(use.value, onShape(use, own, shape)!)
  }
  const outputs: { value: ValueId; ref: Ref }[] = []
  let reduction: FusedLoop['reduce']
  for (const node of members) {
    const [output] = node.outputs
    const { dtype, shape: own } = graph.values[output!]!
    if (REDUCTIONS.has(node.kernel)) {
      reduction = { axes: node.attrs.axes as boolean[], kind: node.kernel as Reduction }
      outputs.push({ value: output!, ref: refOf(node.inputs.x!, shape) })
      continue
    }
    const args = argumentsOf(node.kernel, node.inputs).map((use) => refOf(use, own))
    const at = steps.push({ kernel: node.kernel, args, attrs: node.attrs, dtype }) - 1
    computed.set(output!, at)
    if (external.has(output!) || (users.get(output!) ?? []).some((user) => !inside.has(user)))
      outputs.push({ value: output!, ref: { step: at } })
  }
  return {
    kind: 'loop',
    shape,
    leaves,
    steps,
    outputs,
    kernels: members.map(({ kernel }) => kernel),
    ...(reduce && { reduce: reduction! }),
  }
}

/** Whether a leaf is read element by element in the order in which the loop writes: the loop may write where it lies. */
export const inPlace = (loop: FusedLoop, view: View): boolean => !loop.reduce && isPlain(view, loop.shape)
