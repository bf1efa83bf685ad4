import * as tf from '@tensorflow/tfjs-core'
import { constant } from '../../tensor.js'

/** The right sides of dx/dt for a list of states, each of shape `[...rows, ...]`, at times of shape `rows`. */
export type Field = (t: tf.Tensor, state: tf.Tensor[]) => tf.Tensor[]

/** An explicit Runge–Kutta method: nodes, stage weights, weights, and those of the error estimate. */
export interface Tableau {
  readonly nodes: readonly number[]
  readonly stages: readonly (readonly number[])[]
  readonly weights: readonly number[]
  readonly error?: readonly number[]
}

/** The classical method of order 4 (Kutta 1901). */
export const RK4: Tableau = {
  nodes: [0, 1 / 2, 1 / 2, 1],
  stages: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  weights: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
}

/** Order 5 with an estimate of order 4 (Dormand and Prince 1980); the estimate's last stage is the next step's first. */
export const DOPRI5: Tableau = {
  nodes: [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1],
  stages: [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  ],
  weights: [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  // the weights less those of order 4
  error: [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40],
}

/** One stage of a step: where the field was evaluated, and what it gave. */
export interface Stage {
  readonly t: tf.Tensor
  readonly state: tf.Tensor[]
  readonly slopes: tf.Tensor[]
}

/** `x` of shape `rows`, for each row of `like`. */
export const perRow = (x: tf.Tensor, like: tf.Tensor): tf.Tensor =>
  tf.reshape(x, [...x.shape, ...Array<number>(like.rank - x.rank).fill(1)])

/** Σ weightᵢ · slopeᵢ for the `k`-th state. */
export function weigh(stages: readonly Stage[], weights: readonly number[], k: number): tf.Tensor {
  const terms = stages.flatMap(({ slopes }, i) => (weights[i] ? [tf.mul(slopes[k]!, constant(weights[i]))] : []))
  return terms.reduce((a, b) => tf.add(a, b))
}

/** One step of length `h` (shape `rows`, of either sign) from `state` at `t`; `first` is the slope there if it is known. */
export function rungeKutta(
  { nodes, stages: rules, weights }: Tableau,
  field: Field,
  t: tf.Tensor,
  h: tf.Tensor,
  state: tf.Tensor[],
  first?: tf.Tensor[],
): { next: tf.Tensor[]; stages: Stage[] } {
  const stages: Stage[] = []
  const moved = (by: readonly number[]): tf.Tensor[] =>
    state.map((x, k) => tf.add(x, tf.mul(perRow(h, x), weigh(stages, by, k))))
  for (const [i, rule] of rules.entries()) {
    const at = i === 0 ? t : tf.add(t, tf.mul(h, constant(nodes[i]!)))
    const point = i === 0 ? state : moved(rule)
    stages.push({ t: at, state: point, slopes: i === 0 && first ? first : field(at, point) })
  }
  return { next: moved(weights), stages }
}
