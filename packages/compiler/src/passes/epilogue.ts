import { sameShape, sizeOf } from '@ebbflow/core'
import type { Ref } from '../emit/steps.js'
import type { Graph, Node, ValueId, View } from '../graph.js'
import { isPlain, reshapeView } from '../views.js'
import type { FusedLoop, Operation } from './fuse.js'
import { readsOf } from './plan.js'

/** More than these and the tiles of a product would be long code. */
const MOST_STEPS = 16
const MOST_LEAVES = 8
/** Longest sums that are computed at once: longer ones are quicker part by part, which leaves no place for a loop at their end. */
const LONGEST_SUM = 2048

/**
 * Lets loops end products: where a loop goes over all elements of a product that nobody needs before, the product is computed in its place,
 * tile by tile, and each element goes through the loop before it is written.
 */
export function epilogues(graph: Graph, operations: readonly Operation[]): Operation[] {
  const madeAt = new Map<ValueId, number>()
  const firstRead = new Map<ValueId, number>()
  const lastRead = new Map<ValueId, number>()
  const last = new Set(graph.outputs.map(({ value }) => value))
  for (const [i, operation] of operations.entries()) {
    if (operation.kind === 'node' && operation.node.kernel === 'MatMul') madeAt.set(operation.node.outputs[0]!, i)
    for (const value of readsOf(operation)) {
      if (!firstRead.has(value)) firstRead.set(value, i)
      lastRead.set(value, i)
    }
  }
  const result: (Operation | undefined)[] = [...operations]
  for (const [i, operation] of operations.entries()) {
    if (operation.kind !== 'loop' || operation.reduce || operation.steps.length > MOST_STEPS) continue
    const products = operation.leaves
      .map(({ value }) => value)
      .filter((value) => madeAt.has(value) && firstRead.get(value) === i)
      .sort((a, b) => madeAt.get(b)! - madeAt.get(a)!)
    for (const value of products) {
      const at = madeAt.get(value)!
      const { node } = operations[at] as { node: Node }
      const kept = last.has(value) || lastRead.get(value) !== i
      const absorbed = absorb(graph, operation, node, kept)
      if (!absorbed) continue
      result[i] = absorbed
      result[at] = undefined
      break
    }
  }
  return result.filter((operation) => operation !== undefined)
}

/** The loop with a product at its start, or undefined where their elements do not go together. */
function absorb(graph: Graph, loop: FusedLoop, node: Node, kept: boolean): FusedLoop | undefined {
  const value = node.outputs[0]!
  const { shape } = graph.values[value]!
  const depth = (node.attrs.depth as number | undefined) ?? 1
  if (sizeOf(shape) !== sizeOf(loop.shape) || sizeOf(shape) === 0) return undefined
  if (loop.leaves.length > MOST_LEAVES || sizeOf(node.inputs.a!.shape.slice(-depth)) > LONGEST_SUM) return undefined
  const leaves: { value: ValueId; view: View }[] = []
  const places: Ref[] = []
  for (const leaf of loop.leaves) {
    if (leaf.value === value) {
      if (!isPlain(leaf.view, loop.shape)) return undefined
      places.push({ product: true })
      continue
    }
    const view = sameShape(shape, loop.shape) ? leaf.view : reshapeView(leaf.view, loop.shape, shape)
    if (!view) return undefined
    places.push({ leaf: leaves.push({ value: leaf.value, view }) - 1 })
  }
  const moved = (ref: Ref): Ref => ('leaf' in ref ? places[ref.leaf]! : ref)
  return {
    ...loop,
    shape,
    leaves,
    steps: loop.steps.map((step) => ({ ...step, args: step.args.map(moved) })),
    outputs: [
      ...loop.outputs.map(({ value: output, ref }) => ({ value: output, ref: moved(ref) })),
      ...(kept ? [{ value, ref: { product: true } as const }] : []),
    ],
    product: node,
    kernels: ['MatMul', ...loop.kernels],
  }
}
