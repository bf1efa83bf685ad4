import { Bijector, type Mapped } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** σ(x) with its log-derivative log σ(x) + log σ(−x). */
export function sigmoidMap(x: tf.Tensor): Mapped {
  return { value: tf.sigmoid(x), logDet: tf.neg(tf.add(tf.softplus(x), tf.softplus(tf.neg(x)))) }
}

/** log(y / (1 − y)) with its log-derivative −log y − log(1 − y). */
export function logitMap(y: tf.Tensor): Mapped {
  const log = tf.log(y)
  const log1m = tf.log1p(tf.neg(y))
  return { value: tf.sub(log, log1m), logDet: tf.neg(tf.add(log, log1m)) }
}

/**
 * The logistic sigmoid, from ℝ onto (0, 1): y = 1 / (1 + e⁻ˣ), log|dy/dx| = log σ(x) + log σ(−x), for x of any shape, elementwise.
 *
 * In single precision y is 1 from x ≈ 17 on, and cannot be inverted there.
 *
 * @example
 * ```ts
 * const y = new Sigmoid().forward(tf.tensor1d([0])) // [0.5]
 * ```
 */
export class Sigmoid extends Bijector {
  static readonly type: string = 'sigmoid'
  readonly inputRank = 0
  readonly outputRank = 0
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  override readonly illConditioned = true

  static fromConfig(): Sigmoid {
    return new Sigmoid()
  }
  config() {
    return {}
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    return sigmoidMap(x)
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    return logitMap(y)
  }
}
