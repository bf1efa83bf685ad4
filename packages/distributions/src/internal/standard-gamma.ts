import { constant, type Rng, type Shape, stopGradient } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { atLeast, select } from './regions.js'

/** Proposals for each draw: all are refused less often than once in 10¹⁰ draws, which are then near the mode. */
const PROPOSALS = 8

/** The least draw, so that logarithms of draws stay finite: single precision's least normal number. */
export const LEAST = 2 ** -126

/**
 * Draws of the gamma distribution of rate 1, without gradient: Marsaglia & Tsang (2000), "A simple method for generating gamma
 * variables", with a fixed number of proposals for each draw so that all are drawn at once; x(a) = x(a + 1) u^(1/a) for a < 1.
 *
 * `a` has the shape of the draws.
 */
export function drawStandardGamma(a: tf.Tensor, shape: Shape, rng: Rng): tf.Tensor {
  const shapeParameter = stopGradient(a)
  const small = tf.less(shapeParameter, 1)
  const boosted = select(small, tf.add(shapeParameter, 1), shapeParameter)
  const d = tf.sub(boosted, constant(1 / 3))
  const c = tf.rsqrt(tf.mul(9, d))
  let draws = d
  // the first accepted proposal wins: taken from the last to the first, each overwrites those after it
  for (let k = PROPOSALS - 1; k >= 0; k--) {
    const z = rng.normal(shape)
    const u = rng.uniform(shape)
    const root = tf.add(1, tf.mul(c, z))
    const positive = tf.greater(root, 0)
    const safe = select(positive, root, 1)
    const v = tf.mul(safe, tf.square(safe))
    // log u < ½ z² + d (1 − v + log v)
    const bound = tf.add(tf.mul(0.5, tf.square(z)), tf.mul(d, tf.add(tf.sub(1, v), tf.log(v))))
    const accepted = tf.logicalAnd(positive, tf.less(tf.log(u), bound))
    draws = select(accepted, tf.mul(d, v), draws)
  }
  const power = tf.div(tf.log(rng.uniform(shape)), shapeParameter)
  return atLeast(tf.mul(draws, select(small, tf.exp(power), 1)), LEAST)
}
