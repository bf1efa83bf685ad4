import type { Rng, Shape } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'

/** Options of sampling. */
export interface FlowSampleOptions {
  /** Source of randomness; fresh entropy when absent. */
  rng?: Rng
  /** Factor T on the noise's deviation from its mean: below 1 samples keep to likely places. Default 1. */
  temperature?: number
}

/** What a view needs of a conditional flow. */
export interface Conditional {
  logProb(x: tf.Tensor, context: tf.Tensor): tf.Tensor
  sample(shape: number | Shape, options: FlowSampleOptions & { context: tf.Tensor }): tf.Tensor
  toLatent(x: tf.Tensor, context: tf.Tensor): tf.Tensor
  fromLatent(z: tf.Tensor, context: tf.Tensor): tf.Tensor
  score(x: tf.Tensor, context: tf.Tensor): tf.Tensor
}

/**
 * A conditional flow with its context: p(x | context) as an unconditional density.
 *
 * @example
 * ```ts
 * const conditional = realNVP({ dimensions: 2, context: 2 }).init()
 * const one = conditional.given(tf.tensor1d([0, 1]))
 * const x = one.sample(100) // [100, D]
 * ```
 */
export class FlowView {
  readonly flow: Conditional
  readonly context: tf.Tensor

  constructor(flow: Conditional, context: tf.Tensor) {
    this.flow = flow
    this.context = context
  }

  /** log p(x | context). */
  logProb(x: tf.Tensor): tf.Tensor {
    return this.flow.logProb(x, this.context)
  }

  /** Draws of shape `[...shape, ...batch, ...event]` for a context of shape `[...batch, C]`. */
  sample(shape: number | Shape = [], options: FlowSampleOptions = {}): tf.Tensor {
    return this.flow.sample(shape, { ...options, context: this.context })
  }

  /** z = f⁻¹(x; context). */
  toLatent(x: tf.Tensor): tf.Tensor {
    return this.flow.toLatent(x, this.context)
  }

  /** x = f(z; context). */
  fromLatent(z: tf.Tensor): tf.Tensor {
    return this.flow.fromLatent(z, this.context)
  }

  /** ∇ₓ log p(x | context). */
  score(x: tf.Tensor): tf.Tensor {
    return this.flow.score(x, this.context)
  }
}
