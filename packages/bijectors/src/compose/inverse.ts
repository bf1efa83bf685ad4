import { Bijector, type Build, type Call, type Config, describe, type Mapped, type Shape } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'

/**
 * A bijector turned round: y = f⁻¹(x). Layers that their papers apply to data stand in a flow this way.
 *
 * @example
 * ```ts
 * const log = new Inverse(new Exp()) // y = log x
 * ```
 */
export class Inverse extends Bijector {
  static readonly type: string = 'inverse'
  readonly inner: Bijector
  readonly inputRank: number
  readonly outputRank: number
  readonly cost

  constructor(inner: Bijector) {
    super()
    this.inner = this.child('inner', inner)
    this.inputRank = inner.outputRank
    this.outputRank = inner.inputRank
    this.cost = { forward: inner.cost.inverse, inverse: inner.cost.forward }
  }

  static fromConfig(config: Config, build: Build): Inverse {
    return new Inverse(build(config.inner ?? null) as Bijector)
  }
  config(): Config {
    return { inner: describe(this.inner) }
  }

  override outputShape(event: Shape): Shape {
    return this.inner.inputShape(event)
  }

  override inputShape(event: Shape): Shape {
    return this.inner.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor, call: Call): Mapped {
    return this.inner.inverseAndLogDet(x, call)
  }

  protected inverseRule(y: tf.Tensor, call: Call): Mapped {
    return this.inner.forwardAndLogDet(y, call)
  }
}
