import * as tf from '@tensorflow/tfjs-core'
import { customRule, gradients, stopGradient, vjp } from '../../gradients/index.js'
import { constant } from '../../tensor.js'
import { mask } from '../masks.js'
import { type Accumulate, along, type Integrated } from './integrate.js'
import { type Field, perRow, rungeKutta, type Tableau } from './runge-kutta.js'

/** dx/dt as a function of time (shape `rows`), x, and what else it depends on. */
export type Slope = (t: tf.Tensor, x: tf.Tensor, theta: tf.Tensor[]) => tf.Tensor

/** Integrates a field back from t1 to t0 off the tape. */
export type Backwards = (
  field: Field,
  start: tf.Tensor[],
  integrals: { start: tf.Tensor[]; add: Accumulate },
) => Integrated

/**
 * The continuous adjoint (Pontryagin 1962; Chen et al. 2018): from x(t1) and a(t1) = dy back to t0 along dx/dt = f, da/dt = −aᵀ∂f/∂x, with
 * ∂/∂θ = −∫ aᵀ∂f/∂θ dt by the same quadrature, which takes no part in step control (Kidger et al. 2021). Returns a(t0) and ∂/∂θ.
 *
 * Its own derivatives are those of the steps that were taken.
 */
export function adjoint(
  slope: Slope,
  tableau: Tableau,
  backwards: Backwards,
): (x1: tf.Tensor, dy: tf.Tensor, theta: tf.Tensor[]) => tf.Tensor[] {
  const fieldOf =
    (theta: tf.Tensor[]): Field =>
    (t, [x, a]) => {
      const { value, gradients } = vjp(() => slope(t, x!, theta), [x!], a!)
      return [value, tf.neg(gradients[0]!)]
    }
  const integralsOf = (theta: tf.Tensor[]) => ({
    start: theta.map((p) => tf.fill(p.shape, 0)),
    add: ((stages, h, sums) =>
      theta.length === 0
        ? sums
        : stages.reduce((sofar, { t, state: [x, a] }, i) => {
            if (!tableau.weights[i]) return sofar
            const weight = tf.mul(perRow(h, a!), constant(-tableau.weights[i]))
            const { gradients } = vjp(() => slope(t, x!, theta), theta, tf.mul(a!, weight))
            return sofar.map((s, k) => tf.add(s, gradients[k]!))
          }, sums)) as Accumulate,
  })
  const retrace = ([x1, a1, ...theta]: tf.Tensor[], grid: tf.Tensor): tf.Tensor[] => {
    const field = fieldOf(theta)
    const { start, add } = integralsOf(theta)
    const end = along(grid, { state: [x1!, a1!], sums: start }, (t, h, { state, sums }) => {
      const { next, stages } = rungeKutta(tableau, field, t, h, state)
      return { state: next, sums: add(stages, h, sums) }
    })
    return [end.state[1]!, ...end.sums]
  }
  const solve = ([x1, a1, ...theta]: tf.Tensor[]): Integrated =>
    backwards(fieldOf(theta), [x1!, a1!], integralsOf(theta))
  const run = customRule<tf.Tensor[]>(
    (inputs) => {
      const { state, sums } = solve(inputs)
      return [state[1]!, ...sums]
    },
    ({ dy, inputs }) => {
      const { grid } = solve(inputs)
      const total = (): tf.Tensor =>
        retrace(inputs, grid)
          .map((out, i) => tf.sum(tf.mul(out, dy[i]!)))
          .reduce((a, b) => tf.add(a, b))
      return gradients(total, inputs)
    },
  )
  return (x1, dy, theta) => {
    // the adjoint is linear in dy: scaled to order 1 in all, its error is relative to it
    const largest = stopGradient(tf.max(tf.abs(dy)))
    const scale = tf.add(largest, mask(tf.equal(largest, 0)))
    const [a0, ...sums] = run([x1, tf.div(dy, scale), ...theta])
    return [a0!, ...sums].map((g) => tf.mul(g, scale))
  }
}
