import { check, type Slot } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { Conditioner } from './conditioner.js'
import { asRows, fromRows } from './rows.js'

/** A weight of a tfjs-layers model: what of `LayerVariable` is used here. */
export interface LayersWeight {
  readonly shape: readonly (number | null)[]
  read(): tf.Tensor
}

/** What of a tfjs-layers `LayersModel` is used here; its own type, and so the package, is not needed. */
export interface LayersModelLike {
  readonly trainableWeights: readonly LayersWeight[]
  readonly inputs: readonly { readonly shape: readonly (number | null)[] }[]
  readonly outputs: readonly { readonly shape: readonly (number | null)[] }[]
  apply(input: tf.Tensor): unknown
}

/**
 * A `tf.LayersModel` of one input `[rows, inputs]` and one output `[rows, outputs]` as a conditioner. Its trainable weights become
 * parameters `0`, `1`, … of the tree, which start at the model's values; the model itself is left as it was.
 *
 * @throws EbbflowError `argument` for a model of several inputs or outputs, or not of vectors.
 * @example
 * ```ts
 * const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [1], units: 2 })] })
 * const conditioner = new LayersModelConditioner(model).init()
 * ```
 */
export class LayersModelConditioner extends Conditioner {
  readonly inputs: number
  readonly outputs: number
  private readonly model: LayersModelLike
  private readonly weights: readonly Slot[]

  constructor(model: LayersModelLike) {
    super()
    this.inputs = widthOf(model.inputs, 'input')
    this.outputs = widthOf(model.outputs, 'output')
    this.model = model
    this.weights = model.trainableWeights.map((weight, i) =>
      this.param(String(i), weight.shape as number[], () => tf.clone(weight.read())),
    )
  }

  apply(x: tf.Tensor): tf.Tensor {
    const rows = asRows(x, this.inputs)
    const holders = this.model.trainableWeights as unknown as { val: tf.Tensor }[]
    const before = holders.map((holder) => holder.val)
    try {
      // the layers read `val`: with our tensors there, overrides and gradients reach them
      for (const [i, holder] of holders.entries()) holder.val = this.weights[i]!.value
      const out = this.model.apply(rows) as tf.Tensor
      return fromRows(out, x)
    } finally {
      for (const [i, holder] of holders.entries()) holder.val = before[i]!
    }
  }
}

function widthOf(ends: LayersModelLike['inputs'], what: string): number {
  check(ends.length === 1 && ends[0]!.shape.length === 2, `the model must have one ${what} of vectors`, {
    expected: '[null, size]',
    received: ends.map((end) => `[${end.shape.join(', ')}]`).join(' and '),
  })
  return ends[0]!.shape[1] as number
}
