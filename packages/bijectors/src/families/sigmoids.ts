import { logSumExp, type Mapped } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** Values h `[..., K]` and the logarithms of their derivatives by x. */
export interface Tracked {
  readonly value: tf.Tensor
  readonly logSlope: tf.Tensor
}

/**
 * logit(Σₖ wₖ σ(tₖ)) over the last axis and the logarithm of its derivative, for log w, t and the logarithms of ∂tₖ/∂x: all by
 * log-sum-exp, so that nothing saturates in either tail.
 */
export function joinSigmoids(logWeights: tf.Tensor, { value: t, logSlope }: Tracked): Mapped {
  const up = tf.neg(tf.softplus(tf.neg(t)))
  const down = tf.neg(tf.softplus(t))
  const axis = Math.max(logWeights.rank, t.rank) - 1
  const below = logSumExp(tf.add(logWeights, up), axis)
  const above = logSumExp(tf.add(logWeights, down), axis)
  const slope = logSumExp(tf.add(logWeights, tf.add(tf.add(up, down), logSlope)), axis)
  return { value: tf.sub(below, above), logDet: tf.sub(slope, tf.add(below, above)) }
}
