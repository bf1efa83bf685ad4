import { customRule, stopGradient, vjp } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** A function of a value and the parameters it depends on, elementwise. */
export type Formula = (x: tf.Tensor, parameters: tf.Tensor[]) => tf.Tensor

/**
 * Draws given the gradients of draws by CDF inversion, ∂x/∂θ = −(∂F/∂θ) / p, however they were made (Figurnov et al. 2018, "Implicit
 * reparameterization gradients", arXiv 1805.08498, eq. 5). Derivatives of derivatives see the draws attached in turn.
 *
 * Draws and parameters have one shape.
 */
export function implicitly(draws: tf.Tensor, parameters: tf.Tensor[], cdf: Formula, logProb: Formula): tf.Tensor {
  const run: (inputs: tf.Tensor[]) => tf.Tensor = customRule<tf.Tensor>(
    ([x]) => x!,
    ({ dy, inputs: [found, ...theta] }) => {
      const x = run([found!, ...theta])
      const weight = tf.neg(tf.div(dy, tf.exp(logProb(x, theta))))
      return [null, ...vjp(() => cdf(x, theta), theta, weight).gradients]
    },
  )
  return run([stopGradient(draws), ...parameters])
}

/**
 * A root x of F(x; θ) = u given the derivatives of the solution, where F closes over its parameters: two steps of Newton's method that
 * leave the value as it is, and of which the derivatives to third order are those of the implicit function.
 */
export function attachRoot(
  root: tf.Tensor,
  u: tf.Tensor,
  cdf: (x: tf.Tensor) => tf.Tensor,
  logProb: (x: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const level = tf.sub(u, stopGradient(u))
  const step = (x: tf.Tensor): tf.Tensor => {
    const value = cdf(x)
    const excess = tf.sub(tf.sub(value, stopGradient(value)), level)
    // in a gap without density there is no derivative, and must be no 0 / 0
    return tf.sub(x, tf.div(excess, tf.add(tf.exp(logProb(x)), tf.fill([], 2 ** -120))))
  }
  return step(step(stopGradient(root)))
}
