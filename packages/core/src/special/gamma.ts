import * as tf from '@tensorflow/tfjs-core'
import { check } from '../errors.js'
import { type Elementwise, elementwise } from './elementwise.js'
import * as scalar from './scalar/gamma.js'

const LGAMMA: Elementwise = { name: 'EbbflowLgamma', f: scalar.lgamma, derivatives: [(x) => digamma(x)] }
const DIGAMMA: Elementwise = { name: 'EbbflowDigamma', f: scalar.digamma, derivatives: [(x) => polygamma(1, x)] }
const LBETA: Elementwise = {
  name: 'EbbflowLbeta',
  f: scalar.lbeta,
  derivatives: [(a, b) => digammaDifference(a, b), (a, b) => digammaDifference(b, a)],
}
const DIGAMMA_DIFFERENCE: Elementwise = {
  name: 'EbbflowDigammaDifference',
  f: (a, b) => scalar.digamma(a!) - scalar.digamma(a! + b!),
  derivatives: [
    (a, b) => tf.sub(polygamma(1, a), polygamma(1, tf.add(a, b))),
    (a, b) => tf.neg(polygamma(1, tf.add(a, b))),
  ],
}

/**
 * ln |Γ(x)|, elementwise; +∞ at 0, −1, −2, ….
 *
 * Relative error below 1e-14 for x > 0, its zeros 1 and 2 included; absolute near the zeros at negative x. Taylor series about 2
 * (Abramowitz and Stegun 6.1.33), Stirling's formula, reflection.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { lgamma, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * lgamma(tf.tensor1d([0.5, 5])) // [ln √π, ln 24]
 * ```
 */
export const lgamma = (x: tf.Tensor): tf.Tensor => elementwise(LGAMMA, x)

/**
 * ψ(x) = d ln Γ(x) / dx, elementwise; −∞ at 0, NaN at −1, −2, …. Relative error below 1e-14, absolute near its zeros.
 */
export const digamma = (x: tf.Tensor): tf.Tensor => elementwise(DIGAMMA, x)

/** ψ′(x), elementwise: {@link polygamma} of order 1. */
export const trigamma = (x: tf.Tensor): tf.Tensor => polygamma(1, x)

/**
 * The nth derivative of the digamma function, elementwise: ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹ n! ζ(n + 1, x), n = 0, 1, 2, …; reflection for x < 0.
 *
 * @throws EbbflowError `argument` when n is not a whole number from 0 to 100.
 */
export function polygamma(n: number, x: tf.Tensor): tf.Tensor {
  check(Number.isInteger(n) && n >= 0 && n <= 100, 'the order must be a whole number from 0 to 100', {
    received: `${n}`,
  })
  if (n === 0) return digamma(x)
  return elementwise(
    {
      name: `EbbflowPolygamma${n}`,
      f: (v) => scalar.polygamma(n, v!),
      derivatives: [(v) => polygamma(n + 1, v)],
    },
    x,
  )
}

/**
 * ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b) for a, b > 0, elementwise with broadcasting; NaN for negative arguments.
 *
 * No cancellation when an argument is large (differences of Stirling's remainders, as DiDonato and Morris 1992).
 */
export const lbeta = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => elementwise(LBETA, a, b)

/** ψ(a) − ψ(a + b), subtracted in double precision: the derivative of {@link lbeta} in a. */
export const digammaDifference = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => elementwise(DIGAMMA_DIFFERENCE, a, b)
