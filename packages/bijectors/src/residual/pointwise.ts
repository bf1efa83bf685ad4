import { check } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** The pointwise functions h of planar and Sylvester flows, by name. */
export type Pointwise = 'tanh' | 'sigmoid'

/** A smooth, bounded, increasing h with its derivative. */
export interface PointwiseFunction {
  value(a: tf.Tensor): tf.Tensor
  slope(a: tf.Tensor): tf.Tensor
  /** sup h′. */
  readonly steepest: number
}

const functions: Readonly<Record<Pointwise, PointwiseFunction>> = {
  tanh: {
    value: (a) => tf.tanh(a),
    // 1 − tanh² loses its digits in the tails
    slope: (a) => tf.mul(tf.mul(tf.sigmoid(tf.mul(a, 2)), tf.sigmoid(tf.mul(a, -2))), 4),
    steepest: 1,
  },
  sigmoid: {
    value: (a) => tf.sigmoid(a),
    slope: (a) => tf.mul(tf.sigmoid(a), tf.sigmoid(tf.neg(a))),
    steepest: 0.25,
  },
}

/** The function of that name; throws `argument` for another. */
export function pointwise(name: Pointwise): PointwiseFunction {
  const found = functions[name]
  check(found, 'unknown pointwise function', { expected: Object.keys(functions).join(', '), received: String(name) })
  return found
}

/**
 * A factor s(t) > 0 with s(t) · t > −1 / sup h′, for t a product that must stay above that: s = 1 / (1 + sup h′ · softplus(−t)). The
 * map t ↦ s(t) t is increasing and onto, so every product that is admissible is reached, and nothing is divided by a norm.
 */
export const admissible = (t: tf.Tensor, { steepest }: PointwiseFunction): tf.Tensor =>
  tf.reciprocal(tf.add(tf.mul(tf.softplus(tf.neg(t)), steepest), 1))
