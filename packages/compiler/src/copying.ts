import type { Shape } from '@ebbflow/core'
import type { DataType } from '@tensorflow/tfjs-core'
import { copiesRows, copyFunction } from './emit/copy.js'
import { loopFunction } from './emit/loop.js'
import type { WasmModule } from './emit/module.js'
import type { View } from './graph.js'
import { collapse } from './views.js'

/** The function that copies what is read through a view, or a number, to a view of what has `dtype`; it may be `padded` to a multiple of four. */
export function copying(
  module: WasmModule,
  from: readonly View[],
  fill: number,
  shape: Shape,
  { dtype, view, padded }: { readonly dtype: DataType; readonly view: View; readonly padded: boolean },
): number {
  const constant = from.length === 0
  const axes = collapse(shape, [...from.map(({ strides }) => strides), view.strides])
  const rows = { sizes: axes.sizes, from: axes.strides[0]!, to: axes.strides.at(-1)! }
  if (!constant && copiesRows(rows)) return copyFunction(module, rows)
  return loopFunction(module, {
    sizes: axes.sizes,
    leaves: from.map(() => ({ strides: axes.strides[0]!, dtype })),
    steps: [],
    outputs: [{ ref: constant ? { constant: fill } : { leaf: 0 }, strides: axes.strides.at(-1)!, dtype }],
    padded,
  })
}
