import type { Call } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { Conditioner } from './conditioner.js'

/** Options of {@link FunctionConditioner}. */
export interface FunctionConditionerOptions {
  inputs: number
  outputs: number
  /** From `[...batch, inputs]` to `[...batch, outputs]`, in tensor operations. */
  apply: (x: tf.Tensor, call: Call) => tf.Tensor
}

/**
 * A conditioner from a function of the user's own. It has no parameters, and a model that holds one cannot be saved.
 *
 * @example
 * ```ts
 * const half = new FunctionConditioner({ inputs: 1, outputs: 1, apply: (x) => tf.mul(x, 0.5) })
 * ```
 */
export class FunctionConditioner extends Conditioner {
  readonly inputs: number
  readonly outputs: number
  private readonly run: FunctionConditionerOptions['apply']

  constructor(options: FunctionConditionerOptions) {
    super()
    this.inputs = options.inputs
    this.outputs = options.outputs
    this.run = options.apply
  }

  apply(x: tf.Tensor, call: Call): tf.Tensor {
    return this.run(x, call)
  }
}
