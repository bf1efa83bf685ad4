import { Bijector, constant, type Mapped } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { within } from './interval.js'

/**
 * The hyperbolic tangent, from ℝ onto (−1, 1): y = tanh x, log|dy/dx| = 2 (log 2 − x − log(1 + e⁻²ˣ)), for x of any shape, elementwise.
 *
 * @example
 * ```ts
 * const y = new Tanh().forward(tf.tensor1d([0, 1])) // [0, 0.7616]
 * ```
 */
export class Tanh extends Bijector {
  static readonly type: string = 'tanh'
  readonly inputRank = 0
  readonly outputRank = 0
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  override readonly illConditioned = true

  static fromConfig(): Tanh {
    return new Tanh()
  }
  config() {
    return {}
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    const log = tf.sub(tf.sub(constant(Math.LN2), x), tf.softplus(tf.mul(x, -2)))
    return { value: tf.tanh(x), logDet: tf.mul(log, 2) }
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    return within(y, { lower: -1, upper: 1, safe: 0 }, (inside) => {
      const plus = tf.log1p(inside)
      const minus = tf.log1p(tf.neg(inside))
      return { value: tf.mul(tf.sub(plus, minus), 0.5), logDet: tf.neg(tf.add(plus, minus)) }
    })
  }
}
