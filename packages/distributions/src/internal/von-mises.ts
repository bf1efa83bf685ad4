import { besselRatio, constant, i0e, type KernelDefinition, runKernel, type Shape } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { gaussLegendre } from './gauss-legendre.js'

let rule: ReturnType<typeof gaussLegendre> | undefined

/** Where the density at concentration κ has fallen by e⁻⁴⁰, or π. */
const reachOf = (kappa: number): number => (kappa <= 20 ? Math.PI : 2 * Math.asin(Math.sqrt(20 / kappa)))

/** ∫₀ˣ cosᵏt e^(κ (cos t − 1)) dt, to rounding. */
function integral(k: number, x: number, kappa: number): number {
  rule ??= gaussLegendre(64)
  const span = Math.min(Math.abs(x), reachOf(kappa))
  let sum = 0
  for (let i = 0; i < rule.nodes.length; i++) {
    const t = span * rule.nodes[i]!
    const half = Math.sin(t / 2)
    sum += rule.weights[i]! * Math.exp(-2 * kappa * half * half) * (k === 0 ? 1 : Math.cos(t) ** k)
  }
  return Math.sign(x) * span * sum
}

const each = (
  [x, kappa]: readonly { values: ArrayLike<number>; shape: Shape }[],
  f: (x: number, kappa: number) => number,
): { values: Float64Array; shape: Shape } => ({
  values: Float64Array.from(x!.values, (value, i) => f(value, kappa!.values[i]!)),
  shape: x!.shape,
})

/** Mₖ(x, κ) = ∫₀ˣ cosᵏt p(t; κ) dt for the von Mises density around 0: with ∂Mₖ/∂κ = Mₖ₊₁ − Mₖ I₁(κ) / I₀(κ). */
const MOMENT: KernelDefinition<{ k: number }> = {
  name: 'EbbflowVonMisesMoment',
  compute: (inputs, { k }) => each(inputs, (x, kappa) => (0.5 * integral(k, x, kappa)) / integral(0, Math.PI, kappa)),
  gradient: ({ dys: [dy], inputs: [x, kappa], attrs: { k } }) => [
    () => tf.mul(dy!, tf.mul(tf.exp(standardLogDensity(x!, kappa!)), power(tf.cos(x!), k))),
    () => tf.mul(dy!, tf.sub(moment(k + 1, x!, kappa!), tf.mul(besselRatio(kappa!), moment(k, x!, kappa!)))),
  ],
}

const power = (x: tf.Tensor, k: number): tf.Tensor => (k === 0 ? tf.onesLike(x) : tf.mul(x, power(x, k - 1)))

const moment = (k: number, x: tf.Tensor, kappa: tf.Tensor): tf.Tensor => runKernel(MOMENT, [x, kappa], { k })

/** log (2π e^(−κ) I₀(κ)), the normaliser of e^(κ (cos x − 1)). */
export const logNormaliser = (kappa: tf.Tensor): tf.Tensor => tf.log(tf.mul(i0e(kappa), constant(2 * Math.PI)))

/** log p(x; κ) around 0: −2κ sin²(x/2) − log (2π e^(−κ) I₀(κ)). */
export const standardLogDensity = (x: tf.Tensor, kappa: tf.Tensor): tf.Tensor =>
  tf.sub(tf.mul(tf.mul(-2, kappa), tf.square(tf.sin(tf.mul(0.5, x)))), logNormaliser(kappa))

/** P(X ≤ x) around 0 for x in [−π, π], of the common shape of x and κ. */
export const standardCdf = (x: tf.Tensor, kappa: tf.Tensor): tf.Tensor => tf.add(0.5, moment(0, x, kappa))

/** The x with F(x) = u: Newton's method from 0, which F's concavity on [0, π] keeps from overshooting. */
function invert(u: number, kappa: number): number {
  if (!(u >= 0 && u <= 1)) return Number.NaN
  const total = 2 * integral(0, Math.PI, kappa)
  const target = Math.min(Math.abs(u - 0.5), 0.5) * total
  if (target >= total / 2) return u < 0.5 ? -Math.PI : Math.PI
  let x = 0
  for (let iteration = 0; iteration < 200; iteration++) {
    const step = (target - integral(0, x, kappa)) * Math.exp(2 * kappa * Math.sin(x / 2) ** 2)
    if (!(step > 0)) break
    x = Math.min(x + step, Math.PI)
    if (step < 1e-15 * x) break
  }
  return u < 0.5 ? -x : x
}

const QUANTILE: KernelDefinition = {
  name: 'EbbflowVonMisesQuantile',
  compute: (inputs) => each(inputs, invert),
  // the implicit function theorem: ∂x/∂u = 1 / p, ∂x/∂κ = −(∂F/∂κ) / p
  gradient: ({ dys: [dy], inputs: [u, kappa] }) => {
    const slope = (): { x: tf.Tensor; scaled: tf.Tensor } => {
      const x = standardQuantile(u!, kappa!)
      return { x, scaled: tf.div(dy!, tf.exp(standardLogDensity(x, kappa!))) }
    }
    return [
      () => slope().scaled,
      () => {
        const { x, scaled } = slope()
        const byKappa = tf.sub(moment(1, x, kappa!), tf.mul(besselRatio(kappa!), moment(0, x, kappa!)))
        return tf.neg(tf.mul(scaled, byKappa))
      },
    ]
  },
}

/** F⁻¹(u; κ) around 0, of the common shape of u and κ. */
export const standardQuantile = (u: tf.Tensor, kappa: tf.Tensor): tf.Tensor => runKernel(QUANTILE, [u, kappa])
