import { Bijector, type Mapped } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { logitWithin, sigmoidMap } from './sigmoid.js'

/**
 * The logit, from (0, 1) onto ℝ: y = log(x / (1 − x)), log|dy/dx| = −log x − log(1 − x), for x of any shape, elementwise.
 *
 * @example
 * ```ts
 * const y = new Logit().forward(tf.tensor1d([0.5])) // [0]
 * ```
 */
export class Logit extends Bijector {
  static readonly type: string = 'logit'
  readonly inputRank = 0
  readonly outputRank = 0
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  override readonly illConditioned = true

  static fromConfig(): Logit {
    return new Logit()
  }
  config() {
    return {}
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    return logitWithin(x)
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    return sigmoidMap(y)
  }
}
