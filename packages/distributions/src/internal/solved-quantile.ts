import { constant, type Support, solveMonotone } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Formula } from './implicit.js'
import { onUnit, replace } from './regions.js'

/**
 * The quantile function of a continuous F by solving F(x(y); θ) = u for a coordinate y of the line, with the derivatives of the implicit
 * function; the ends of the support at 0 and 1. `u` and the parameters have one shape.
 */
export function solvedQuantile(
  u: tf.Tensor,
  parameters: tf.Tensor[],
  cdf: Formula,
  coordinate: (y: tf.Tensor) => tf.Tensor,
  support: Support,
): tf.Tensor {
  return onUnit(u, (v) => {
    const low = tf.lessEqual(v, 0)
    const high = tf.greaterEqual(v, 1)
    const inner = replace(v, tf.logicalOr(low, high), 0.5)
    const y = solveMonotone((at, ...theta) => cdf(coordinate(at), theta), inner, parameters)
    return replace(replace(coordinate(y), low, constant(support.lower)), high, constant(support.upper))
  })
}
