import { Bijector, constant, type Mapped } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * The values of a vector in reverse order: yᵢ = x_{D−1−i}, log|det| = 0, for x of shape `[...batch, D]` and any D.
 *
 * @example
 * ```ts
 * const y = new Reverse().forward(tf.tensor1d([1, 2, 3])) // [3, 2, 1]
 * ```
 */
export class Reverse extends Bijector {
  static readonly type: string = 'reverse'
  readonly inputRank = 1
  readonly outputRank = 1
  readonly cost = { forward: 'closed', inverse: 'closed' } as const

  static fromConfig(): Reverse {
    return new Reverse()
  }
  config() {
    return {}
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    return { value: tf.reverse(x, -1), logDet: constant(0, x.shape.slice(0, -1)) }
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    return this.forwardRule(y)
  }
}
