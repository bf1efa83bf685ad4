import type { SweepPlan } from '@ebbflow/core'
import type { LoopStep, Ref } from './emit/steps.js'
import type { Graph, Node } from './graph.js'

/** The kernel that inverts an autoregressive map, value by value. */
export const SWEEP = 'AutoregressiveInverse'

/** How many inputs the body of a sweep has of its own: raw parameters, y, and the activations; then comes what it reads of what is around it. */
export const OWN = 3

/** What becomes of a number: of leaf 0, by some steps. */
export interface Activation {
  readonly steps: readonly LoopStep[]
  readonly result: Ref
}

/**
 * What a node of a sweep is made of. Its inputs are `y` `[rows, D]`, `context` `[rows, C]` where there is one, and for each layer l `kernel l`
 * `[outputs, inputs]` and `bias l`; its outputs x `[rows, D]` and log|det ∂x/∂y| `[rows]`.
 */
export interface Sweep {
  readonly plan: SweepPlan
  /** From raw parameters `[parameters, ROWS]` and y `[ROWS]` of one value to x, its log-derivative and its features, all `[ROWS]`. */
  readonly body: Graph
  readonly activation: Activation
}

export const sweepOf = (node: Node): Sweep | undefined =>
  node.kernel === SWEEP ? (node.attrs as unknown as Sweep) : undefined

/**
 * What a sweep does at each position, in whole numbers: the value there; for each hidden layer the first unit that becomes known, how many do,
 * and of how many units before them they are sums; and of how many the outputs are.
 */
export function tableOf({ dimensions, order, widths, ends }: SweepPlan): Int32Array {
  const positions = Array.from({ length: dimensions }, (_, p) => [
    order[p]!,
    ...widths.slice(1).flatMap((_, i) => {
      const first = p === 0 ? 0 : ends[i + 1]![p - 1]!
      return [first, ends[i + 1]![p]! - first, ends[i]![p]!]
    }),
    ends.at(-1)![p]!,
  ])
  return Int32Array.from(positions.flat())
}
