import type { DataType } from '@tensorflow/tfjs-core'
import type { Node, Use, Value } from '../../graph.js'
import type { Rewriter } from '../rewrite.js'

/** Rewrites a tfjs kernel into the few that are emitted; undefined where it cannot, which leaves the kernel to the host. */
export type Lowering = (node: Node, rewriter: Rewriter) => readonly Use[] | undefined

/** What rules know of the node's output. */
export const outputOf = (node: Node, { draft }: Rewriter, i = 0): Value => draft.values[node.outputs[i]!]!

/** Adds a node that makes the output of `node`. */
export function make(
  node: Node,
  rewriter: Rewriter,
  kernel: string,
  inputs: Node['inputs'],
  attrs: Node['attrs'] = {},
): readonly Use[] {
  const { shape, dtype } = outputOf(node, rewriter)
  return [rewriter.draft.node(node, kernel, inputs, shape, { attrs, dtype, output: node.outputs[0]! })]
}

/** An intermediate float result. */
export const between = (
  node: Node,
  { draft }: Rewriter,
  kernel: string,
  inputs: Node['inputs'],
  shape: readonly number[],
  attrs: Node['attrs'] = {},
  dtype: DataType = 'float32',
): Use => draft.node(node, kernel, inputs, shape, { attrs, dtype })

/** Axes counted from the front. */
export const axesOf = (axis: unknown, rank: number): number[] => {
  const list =
    axis === undefined || axis === null
      ? [...Array(rank).keys()]
      : Array.isArray(axis)
        ? (axis as number[])
        : [axis as number]
  return list.map((a) => (a < 0 ? a + rank : a))
}
