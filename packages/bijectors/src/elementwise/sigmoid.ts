import { Bijector, type Mapped } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { within } from './interval.js'

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

/** The logit of values in (0, 1); the log-determinant of others is −∞. */
export const logitWithin = (y: tf.Tensor): Mapped => within(y, { lower: 0, upper: 1, safe: 0.5 }, logitMap)

/**
 * The logistic sigmoid, from ℝ onto (0, 1): y = 1 / (1 + e⁻ˣ), log|dy/dx| = log σ(x) + log σ(−x), for x of any shape, elementwise.
 *
 * In single precision y is 1 from x ≈ 17 on. The inverse of what is not in (0, 1) has a log-determinant of −∞: a density is 0 there.
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
    return logitWithin(y)
  }
}
