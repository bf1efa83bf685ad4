import * as tf from '@tensorflow/tfjs-core'
import { constant } from '../tensor.js'
import { type Elementwise, elementwise } from './elementwise.js'
import * as scalar from './scalar/normal.js'

const ROOT_2PI = 2.5066282746310002

const NDTR: Elementwise = {
  name: 'EbbflowNdtr',
  f: scalar.ndtr,
  derivatives: [(x) => tf.div(tf.exp(tf.mul(tf.square(x), -0.5)), constant(ROOT_2PI))],
}
const HAZARD_SLOPE: Elementwise = {
  name: 'EbbflowNormalHazardSlope',
  f: scalar.normalHazardSlope,
  // with h′ = −h (x + h): h″ = −h′ (x + h) − h (1 + h′)
  derivatives: [
    (x) => {
      const h = elementwise(HAZARD, x)
      const slope = elementwise(HAZARD_SLOPE, x)
      return tf.neg(tf.add(tf.mul(slope, tf.add(x, h)), tf.mul(h, tf.add(slope, 1))))
    },
  ],
}
const HAZARD: Elementwise = {
  name: 'EbbflowNormalHazard',
  f: scalar.normalHazard,
  derivatives: [(x) => elementwise(HAZARD_SLOPE, x)],
}
const LOG_NDTR: Elementwise = {
  name: 'EbbflowLogNdtr',
  f: scalar.logNdtr,
  derivatives: [(x) => elementwise(HAZARD, x)],
}
const NDTRI: Elementwise = {
  name: 'EbbflowNdtri',
  f: scalar.ndtri,
  derivatives: [(p) => tf.mul(constant(ROOT_2PI), tf.exp(tf.mul(tf.square(ndtri(p)), 0.5)))],
}

/** The standard normal distribution function Φ(x), elementwise, relative accuracy in the left tail. */
export const ndtr = (x: tf.Tensor): tf.Tensor => elementwise(NDTR, x)

/**
 * ln Φ(x), elementwise: finite and accurate in both tails, value, first and second derivative.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { logNdtr, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * logNdtr(tf.tensor1d([-100, 0])) // [−5005.52, −0.6931]
 * ```
 */
export const logNdtr = (x: tf.Tensor): tf.Tensor => elementwise(LOG_NDTR, x)

/** The standard normal quantile Φ⁻¹(p), elementwise: −∞ at 0, ∞ at 1, NaN outside (Wichura 1988, AS 241). */
export const ndtri = (p: tf.Tensor): tf.Tensor => elementwise(NDTRI, p)
