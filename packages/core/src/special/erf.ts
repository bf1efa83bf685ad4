import * as tf from '@tensorflow/tfjs-core'
import { constant } from '../tensor.js'
import { type Elementwise, elementwise } from './elementwise.js'
import * as scalar from './scalar/erf.js'

/** c exp(−x²) */
const gaussian = (c: number, x: tf.Tensor): tf.Tensor => tf.mul(constant(c), tf.exp(tf.neg(tf.square(x))))
const TWO_OVER_ROOT_PI = 1.1283791670955126
const HALF_ROOT_PI = 0.886226925452758

const ERF: Elementwise = { name: 'EbbflowErf', f: scalar.erf, derivatives: [(x) => gaussian(TWO_OVER_ROOT_PI, x)] }
const ERFC: Elementwise = { name: 'EbbflowErfc', f: scalar.erfc, derivatives: [(x) => gaussian(-TWO_OVER_ROOT_PI, x)] }
const ERFINV: Elementwise = {
  name: 'EbbflowErfinv',
  f: scalar.erfinv,
  derivatives: [(x) => tf.mul(constant(HALF_ROOT_PI), tf.exp(tf.square(erfinv(x))))],
}

/** The error function 2/√π ∫₀ˣ e^(−t²) dt, elementwise, to 1e-15 relative. */
export const erf = (x: tf.Tensor): tf.Tensor => elementwise(ERF, x)

/** erfc x = 1 − erf x, elementwise, as accurate in the right tail (Chebyshev series of Schonfelder 1978's form). */
export const erfc = (x: tf.Tensor): tf.Tensor => elementwise(ERFC, x)

/** The inverse of {@link erf} on [−1, 1], elementwise: ±∞ at the ends, NaN outside (Wichura 1988, AS 241). */
export const erfinv = (x: tf.Tensor): tf.Tensor => elementwise(ERFINV, x)
