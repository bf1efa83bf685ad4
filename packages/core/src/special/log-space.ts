import * as tf from '@tensorflow/tfjs-core'
import { type Elementwise, elementwise, filled } from './elementwise.js'
import * as scalar from './scalar/log-space.js'

/** 1 / (1 − e^−x) */
const geometric = (x: tf.Tensor): tf.Tensor => tf.neg(tf.reciprocal(expm1(tf.neg(x))))

const LOG1MEXP: Elementwise = {
  name: 'EbbflowLog1mexp',
  f: scalar.log1mexp,
  derivatives: [(x) => tf.neg(tf.reciprocal(expm1(tf.neg(x))))],
}
const LOG_EXPM1: Elementwise = { name: 'EbbflowLogExpm1', f: scalar.logExpm1, derivatives: [geometric] }

// a − b, and 0 where they are equal, infinities included
const DIFFERENCE: Elementwise = {
  name: 'EbbflowDifference',
  f: (a, b) => (a === b ? 0 : a! - b!),
  derivatives: [(a, b) => filled(tf.add(a, b), 1), (a, b) => filled(tf.add(a, b), -1)],
}
const difference = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => elementwise(DIFFERENCE, a, b)

const LOG_ADD_EXP: Elementwise = {
  name: 'EbbflowLogAddExp',
  f: scalar.logAddExp,
  derivatives: [(a, b) => tf.sigmoid(difference(a, b)), (a, b) => tf.sigmoid(difference(b, a))],
}
const LOG_SUB_EXP: Elementwise = {
  name: 'EbbflowLogSubExp',
  f: scalar.logSubExp,
  derivatives: [(a, b) => geometric(difference(a, b)), (a, b) => geometric(difference(b, a))],
}

const SAFE_RECIPROCAL: Elementwise = {
  name: 'EbbflowSafeReciprocal',
  f: (x, y) => (x === 0 && y === 0 ? 0 : 1 / y!),
  derivatives: [(x, y) => filled(tf.add(x, y), 0), (x, y) => tf.neg(tf.square(elementwise(SAFE_RECIPROCAL, x, y)))],
}
const SAFE_LOG: Elementwise = {
  name: 'EbbflowSafeLog',
  f: (x, y) => (x === 0 && y === 0 ? 0 : Math.log(y!)),
  derivatives: [(x, y) => filled(tf.add(x, y), 0), (x, y) => elementwise(SAFE_RECIPROCAL, x, y)],
}
const XDIVY: Elementwise = {
  name: 'EbbflowXdivy',
  f: scalar.xdivy,
  derivatives: [
    (x, y) => elementwise(SAFE_RECIPROCAL, x, y),
    (x, y) => tf.neg(tf.mul(elementwise(XDIVY, x, y), elementwise(SAFE_RECIPROCAL, x, y))),
  ],
}
const XLOGY: Elementwise = {
  name: 'EbbflowXlogy',
  f: scalar.xlogy,
  derivatives: [(x, y) => elementwise(SAFE_LOG, x, y), (x, y) => elementwise(XDIVY, x, y)],
}

// the backends' own kernels of these four are good to an ulp or two, and many times faster than one of ours

/** ln(1 + x), elementwise, accurate near 0. */
export const log1p = (x: tf.Tensor): tf.Tensor => tf.log1p(x)

/** eˣ − 1, elementwise, accurate near 0. */
export const expm1 = (x: tf.Tensor): tf.Tensor => tf.expm1(x)

/** ln(1 + eˣ), elementwise, without overflow and relatively accurate in the left tail. */
export const softplus = (x: tf.Tensor): tf.Tensor => tf.softplus(x)

/** ln σ(x) = −ln(1 + e⁻ˣ), elementwise. */
export const logSigmoid = (x: tf.Tensor): tf.Tensor => tf.tidy(() => tf.neg(tf.softplus(tf.neg(x))))

/** ln(1 − eˣ) for x < 0, elementwise; −∞ at 0, NaN above (Mächler 2012). */
export const log1mexp = (x: tf.Tensor): tf.Tensor => elementwise(LOG1MEXP, x)

/** ln(eˣ − 1) for x > 0, elementwise: the inverse of {@link softplus}, without overflow. */
export const logExpm1 = (x: tf.Tensor): tf.Tensor => elementwise(LOG_EXPM1, x)

/** ln(eᵃ + eᵇ), elementwise with broadcasting. */
export const logAddExp = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => elementwise(LOG_ADD_EXP, a, b)

/** ln(eᵃ − eᵇ) for a ≥ b, elementwise with broadcasting; −∞ where they are equal, NaN where a < b. */
export const logSubExp = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => elementwise(LOG_SUB_EXP, a, b)

/** x ln y, elementwise with broadcasting: 0 where x is 0, whatever y, with finite gradients where both are 0. */
export const xlogy = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => elementwise(XLOGY, x, y)
