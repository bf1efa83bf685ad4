import { check, logSumExp } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { LOGITS, WEIGHTS } from './constraint.js'
import type { Declared, Parameter } from './parametric.js'
import { replace, select } from './regions.js'

/** The parameters of categories under the names that a distribution gives them: weights or logits, one of the two. */
export function declareCategories<W extends string>(
  name: W,
  weights: Parameter | undefined,
  logits: Parameter | undefined,
): Readonly<Partial<Record<W | 'logits', Declared>>> {
  check((weights === undefined) !== (logits === undefined), `give either ${name} or logits`)
  const declared: Record<string, Declared> =
    logits === undefined ? { [name]: [weights!, WEIGHTS] } : { logits: [logits, LOGITS] }
  return declared as Partial<Record<W | 'logits', Declared>>
}

/** log wₖ − log Σ w over the last axis, −∞ for weight 0 and with no gradient there. */
export function logOfWeights(weights: tf.Tensor): tf.Tensor {
  const zero = tf.lessEqual(weights, 0)
  const log = select(zero, -Infinity, tf.log(replace(weights, zero, 1)))
  return tf.sub(log, tf.log(tf.sum(weights, -1, true)))
}

/** log eˡᵏ / Σ eˡ over the last axis. */
export function logOfLogits(logits: tf.Tensor): tf.Tensor {
  return tf.sub(logits, logSumExp(logits, -1, true))
}

/** The category of each uniform draw: how many cumulated probabilities it exceeds; `u` broadcasts with the batch of `logWeights`. */
export function categoryAt(u: tf.Tensor, logWeights: tf.Tensor): tf.Tensor {
  const probabilities = tf.exp(logWeights)
  const last = logWeights.shape.at(-1)! - 1
  // the sum of all is 1 but for rounding, which must not make a category past the last
  const cumulated = tf.slice(
    // WASM's kernel reads out of its memory for axis −1
    tf.cumsum(probabilities, probabilities.rank - 1),
    probabilities.shape.map(() => 0),
    [...probabilities.shape.slice(0, -1), last],
  )
  return tf.sum(tf.cast(tf.greater(tf.expandDims(u, -1), cumulated), 'float32'), -1)
}
