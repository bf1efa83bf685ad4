import { Bijector, type Mapped } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { within } from './interval.js'

/**
 * The exponential, from ℝ onto (0, ∞): y = eˣ, log|dy/dx| = x, for x of any shape, elementwise.
 *
 * @example
 * ```ts
 * const { value, logDet } = new Exp().forwardAndLogDet(tf.tensor1d([0, 1])) // [1, e] and [0, 1]
 * ```
 */
export class Exp extends Bijector {
  static readonly type: string = 'exp'
  readonly inputRank = 0
  readonly outputRank = 0
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  override readonly illConditioned = true

  static fromConfig(): Exp {
    return new Exp()
  }
  config() {
    return {}
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    return { value: tf.exp(x), logDet: x }
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    return within(y, { lower: 0, safe: 1 }, (inside) => {
      const x = tf.log(inside)
      return { value: x, logDet: tf.neg(x) }
    })
  }
}
