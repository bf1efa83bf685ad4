import * as tf from '@tensorflow/tfjs-core'
import { type Elementwise, elementwise, filled, refuse } from './elementwise.js'
import * as scalar from './scalar/bessel.js'

const SIGN: Elementwise = { name: 'EbbflowSign', f: (x) => Math.sign(x!), derivatives: [(x) => filled(x, 0)] }

/** e^−|x| I_n(x): its derivatives are sums of its neighbours, I_n′ = (I_{n−1} + I_{n+1}) / 2. */
const scaled = (n: number, x: tf.Tensor): tf.Tensor =>
  elementwise(
    {
      name: `EbbflowBesselI${n}e`,
      f: (v) => scalar.besselIe(n, v!),
      derivatives: [
        (v) => {
          const next = scaled(n + 1, v)
          const slope = n === 0 ? next : tf.mul(tf.add(scaled(n - 1, v), next), 0.5)
          return tf.sub(slope, tf.mul(elementwise(SIGN, v), scaled(n, v)))
        },
      ],
    },
    x,
  )

const ratio = (order: number): Elementwise => ({
  name: `EbbflowBesselRatio${order}`,
  f: (x) => scalar.besselRatio(order, x!),
  derivatives: [
    order < 2 ? (x) => elementwise(ratio(order + 1), x) : refuse('the second derivative of the Bessel ratio'),
  ],
})

const LOG_I0: Elementwise = {
  name: 'EbbflowLogBesselI0',
  f: scalar.logBesselI0,
  derivatives: [(x) => besselRatio(x)],
}

/** The modified Bessel function e^−|x| I₀(x), elementwise (power series, and Hankel's expansion from x = 20 on). */
export const i0e = (x: tf.Tensor): tf.Tensor => scaled(0, x)

/** The modified Bessel function e^−|x| I₁(x), elementwise. */
export const i1e = (x: tf.Tensor): tf.Tensor => scaled(1, x)

/** ln I₀(x), elementwise, for arguments of any size: the von Mises distribution's normalisation is ln 2π + ln I₀(κ). */
export const logBesselI0 = (x: tf.Tensor): tf.Tensor => elementwise(LOG_I0, x)

/**
 * I₁(x) / I₀(x), elementwise: the mean resultant length of a von Mises distribution of concentration x.
 *
 * @throws EbbflowError `gradient` beyond its second derivative.
 */
export const besselRatio = (x: tf.Tensor): tf.Tensor => elementwise(ratio(0), x)
