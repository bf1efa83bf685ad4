import type { Shape } from '@ebbflow/core'
import type { LoopSpec } from './emit/loop.js'
import type { MatmulSpec } from './emit/matmul-spec.js'
import { type Graph, type Node, stridesOf } from './graph.js'
import { withLongAxis } from './loop-axes.js'
import type { FusedLoop } from './passes/fuse.js'
import { productLayout } from './product-layout.js'
import { collapse } from './views.js'

/** What is emitted for a loop: its axes merged where all go on evenly. */
export function loopSpec(graph: Graph, { shape, leaves, steps, outputs, reduce }: FusedLoop): LoopSpec {
  const outputStrides = reduce ? reducedStrides(shape, reduce.axes) : stridesOf(shape)
  const collapsed = collapse(
    shape,
    [...leaves.map(({ view }) => view.strides), ...outputs.map(() => outputStrides)],
    (outer, inner) => !reduce || reduce.axes[outer] === reduce.axes[inner],
  )
  const axes = withLongAxis(collapsed, steps, reduce?.axes)
  const dtype = (value: number) => graph.values[value]!.dtype
  return {
    sizes: axes.sizes,
    leaves: leaves.map(({ value }, i) => ({ strides: axes.strides[i]!, dtype: dtype(value) })),
    steps,
    outputs: outputs.map(({ value, ref }, i) => ({
      ref,
      strides: axes.strides[leaves.length + i]!,
      dtype: dtype(value),
    })),
    padded: true,
    ...(reduce && { reduce: { kind: reduce.kind, axes: axes.axis.map((axis) => reduce.axes[axis]!) } }),
  }
}

/** What is emitted for a product, with the loop that it ends in where there is one. */
export function matmulSpec(graph: Graph, node: Node, loop?: FusedLoop): MatmulSpec {
  const {
    inputs: { a, b, table },
    attrs,
    outputs: [output],
  } = node
  const { shape } = graph.values[output!]!
  const leaves = loop?.leaves ?? []
  const dtype = (value: number) => graph.values[value]!.dtype
  const depth = (attrs.depth as number | undefined) ?? 1
  const { epilogue, ...layout } = productLayout(a!, b!, shape, depth, leaves, !loop && !table)
  return {
    ...layout,
    ...(table && { table: attrs.table as 'depth' | 'rows' }),
    ...(loop && {
      epilogue: {
        leaves: leaves.map(({ value }, i) => ({ ...epilogue[i]!, dtype: dtype(value) })),
        steps: loop.steps,
        outputs: loop.outputs.map(({ value, ref }) => ({ ref, dtype: dtype(value) })),
      },
    }),
  }
}

/** Strides of a result from which the reduced axes are gone. */
function reducedStrides(shape: Shape, axes: readonly boolean[]): number[] {
  const kept = stridesOf(shape.map((size, i) => (axes[i] ? 1 : size)))
  return kept.map((stride, i) => (axes[i] ? 0 : stride))
}
