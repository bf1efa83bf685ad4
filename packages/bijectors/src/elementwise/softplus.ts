import { Bijector, type Mapped } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { within } from './interval.js'

/**
 * The softplus, from ℝ onto (0, ∞): y = log(1 + eˣ), log|dy/dx| = −log(1 + e⁻ˣ), for x of any shape, elementwise.
 *
 * The inverse is x = y + log(1 − e⁻ʸ), which loses nothing for large y.
 *
 * @example
 * ```ts
 * const y = new Softplus().forward(tf.tensor1d([-1, 0, 50])) // [0.3133, 0.6931, 50]
 * ```
 */
export class Softplus extends Bijector {
  static readonly type: string = 'softplus'
  readonly inputRank = 0
  readonly outputRank = 0
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  override readonly illConditioned = true

  static fromConfig(): Softplus {
    return new Softplus()
  }
  config() {
    return {}
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    return { value: tf.softplus(x), logDet: tf.neg(tf.softplus(tf.neg(x))) }
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    // log(1 − e⁻ʸ), by expm1 so that small y keeps its digits
    return within(y, { lower: 0, safe: 1 }, (inside) => {
      const tail = tf.log(tf.neg(tf.expm1(tf.neg(inside))))
      return { value: tf.add(inside, tail), logDet: tf.neg(tail) }
    })
  }
}
