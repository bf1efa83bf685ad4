import * as tf from '@tensorflow/tfjs-core'
import { type Elementwise, elementwise, refuse } from './elementwise.js'
import { digamma, digammaDifference } from './gamma.js'
import { log1p } from './log-space.js'
import * as beta from './scalar/betainc.js'
import * as gamma from './scalar/gammainc.js'

/** d ln x^a e^−x / Γ(a) / da */
const gammaScore = (a: tf.Tensor, x: tf.Tensor): tf.Tensor => tf.sub(tf.log(x), digamma(a))

const GAMMA_DENSITY: Elementwise = {
  name: 'EbbflowGammaDensity',
  f: gamma.gammaDensity,
  derivatives: [
    (a, x) => tf.mul(elementwise(GAMMA_DENSITY, a, x), gammaScore(a, x)),
    (a, x) => tf.mul(elementwise(GAMMA_DENSITY, a, x), tf.sub(tf.div(tf.sub(a, 1), x), 1)),
  ],
}
const GAMMAINC_SLOPE: Elementwise = {
  name: 'EbbflowGammaincSlope',
  f: gamma.gammaincSlope,
  derivatives: [
    /* @__PURE__ */ refuse('the derivative of gammainc in its shape'),
    (a, x) => tf.mul(elementwise(GAMMA_DENSITY, a, x), gammaScore(a, x)),
  ],
}
const GAMMAINC: Elementwise = {
  name: 'EbbflowGammainc',
  f: gamma.gammainc,
  derivatives: [(a, x) => elementwise(GAMMAINC_SLOPE, a, x), (a, x) => elementwise(GAMMA_DENSITY, a, x)],
}
const GAMMAINCC: Elementwise = {
  name: 'EbbflowGammaincc',
  f: gamma.gammaincc,
  derivatives: [
    (a, x) => tf.neg(elementwise(GAMMAINC_SLOPE, a, x)),
    (a, x) => tf.neg(elementwise(GAMMA_DENSITY, a, x)),
  ],
}

/**
 * The regularised lower incomplete gamma function P(a, x) = ∫₀ˣ tᵃ⁻¹ e⁻ᵗ dt / Γ(a), a, x ≥ 0, elementwise with broadcasting; NaN for
 * negative arguments.
 *
 * Power series, Legendre's continued fraction, and Temme's uniform expansion (1979) for large a: error about 1e-14 relative beside
 * the conditioning |x ∂P/∂x| + |a ∂P/∂a|. Differentiable in x and in a (∂P/∂a to about 1e-10, by differentiating each method term by
 * term); once more in x, but not in a.
 *
 * @throws EbbflowError `gradient` when ∂P/∂a is differentiated in a.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { gammainc, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * gammainc(tf.scalar(1), tf.tensor1d([1, 2])) // 1 − e^−x
 * ```
 */
export const gammainc = (a: tf.Tensor, x: tf.Tensor): tf.Tensor => elementwise(GAMMAINC, a, x)

/** The regularised upper incomplete gamma function Q(a, x) = 1 − P(a, x), relative accuracy in the tail; see {@link gammainc}. */
export const gammaincc = (a: tf.Tensor, x: tf.Tensor): tf.Tensor => elementwise(GAMMAINCC, a, x)

const scoreA = (a: tf.Tensor, b: tf.Tensor, x: tf.Tensor): tf.Tensor => tf.sub(tf.log(x), digammaDifference(a, b))
const scoreB = (a: tf.Tensor, b: tf.Tensor, x: tf.Tensor): tf.Tensor =>
  tf.sub(log1p(tf.neg(x)), digammaDifference(b, a))
const density = (a: tf.Tensor, b: tf.Tensor, x: tf.Tensor): tf.Tensor => elementwise(BETA_DENSITY, a, b, x)

const BETA_DENSITY: Elementwise = {
  name: 'EbbflowBetaDensity',
  f: beta.betaDensity,
  derivatives: [
    (a, b, x) => tf.mul(density(a, b, x), scoreA(a, b, x)),
    (a, b, x) => tf.mul(density(a, b, x), scoreB(a, b, x)),
    (a, b, x) => tf.mul(density(a, b, x), tf.sub(tf.div(tf.sub(a, 1), x), tf.div(tf.sub(b, 1), tf.sub(1, x)))),
  ],
}
const noSecond = /* @__PURE__ */ refuse('the derivative of betainc in its shapes')
const BETAINC_A: Elementwise = {
  name: 'EbbflowBetaincSlopeA',
  f: (a, b, x) => beta.betaincSlopes(a!, b!, x!)[0],
  derivatives: [noSecond, noSecond, (a, b, x) => tf.mul(density(a, b, x), scoreA(a, b, x))],
}
const BETAINC_B: Elementwise = {
  name: 'EbbflowBetaincSlopeB',
  f: (a, b, x) => beta.betaincSlopes(a!, b!, x!)[1],
  derivatives: [noSecond, noSecond, (a, b, x) => tf.mul(density(a, b, x), scoreB(a, b, x))],
}
const BETAINC: Elementwise = {
  name: 'EbbflowBetainc',
  f: beta.betainc,
  derivatives: [(a, b, x) => elementwise(BETAINC_A, a, b, x), (a, b, x) => elementwise(BETAINC_B, a, b, x), density],
}

/**
 * The regularised incomplete beta function I_x(a, b) = ∫₀ˣ tᵃ⁻¹ (1 − t)ᵇ⁻¹ dt / B(a, b), a, b ≥ 0, 0 ≤ x ≤ 1, elementwise with
 * broadcasting; NaN elsewhere.
 *
 * Power series and the continued fraction of DiDonato and Morris (1992): error about 1e-14 relative beside the conditioning
 * Σ |argument × derivative|; the fraction takes about √(a + b) steps. Differentiable in x, a and b (in a and b to about 1e-10, by
 * differentiating each method term by term); once more in x, but not in a and b.
 *
 * @throws EbbflowError `gradient` when ∂I/∂a or ∂I/∂b is differentiated in a or b.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { betainc, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * betainc(tf.scalar(2), tf.scalar(2), tf.tensor1d([0.25, 0.5])) // 3x² − 2x³
 * ```
 */
export const betainc = (a: tf.Tensor, b: tf.Tensor, x: tf.Tensor): tf.Tensor => elementwise(BETAINC, a, b, x)
