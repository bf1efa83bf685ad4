import * as tf from '@tensorflow/tfjs-core'
import type { Shape } from '../../shape.js'
import { constant, tensor } from '../../tensor.js'
import { iterate } from '../iterate.js'
import { heldWhere, mask, notANumber, precision } from '../masks.js'
import { partOf } from '../scan.js'
import { DOPRI5, type Field, perRow, rungeKutta, type Stage, weigh } from './runge-kutta.js'

/** The interval and how exactly it is crossed. */
export interface Interval {
  readonly t0: number
  readonly t1: number
  readonly rtol: number
  readonly atol: number
  readonly maxSteps: number
}

/** Adds what a step of length `h` (0 where it was refused) contributes to integrals over all rows. */
export type Accumulate = (stages: Stage[], h: tf.Tensor, sums: tf.Tensor[]) => tf.Tensor[]

/** The end of an integration, and its grid: time and accepted length of each step, `[steps, ...rows, 2]`. */
export type Integrated = {
  readonly state: tf.Tensor[]
  readonly sums: tf.Tensor[]
  readonly grid: tf.Tensor
}

/** A grid of `steps` equal steps. */
export function equalGrid(t0: number, t1: number, steps: number, rows: Shape): tf.Tensor {
  const h = (t1 - t0) / steps
  const pairs = Array.from({ length: steps }, (_, i) => [t0 + i * h, h])
  const one = tf.reshape(tensor(pairs), [steps, ...rows.map(() => 1), 2])
  return tf.tile(one, [1, ...rows, 1])
}

/** Calls `step` with time and length of each step of a grid. */
export function along<T>(grid: tf.Tensor, start: T, step: (t: tf.Tensor, h: tf.Tensor, at: T) => T): T {
  let at = start
  for (let i = 0; i < grid.shape[0]!; i++) at = step(...timeAndLength(partOf(grid, i)), at)
  return at
}

/** Time and length of a step of a grid. */
export function timeAndLength(part: tf.Tensor): [t: tf.Tensor, h: tf.Tensor] {
  const rows = part.shape.slice(0, -1)
  const column = (c: number): tf.Tensor => tf.reshape(tf.slice(part, [...rows.map(() => 0), c], [...rows, 1]), rows)
  return [column(0), column(1)]
}

/** Root mean square over all states of each row. */
function rms(states: tf.Tensor[], rank: number): tf.Tensor {
  const square = (x: tf.Tensor): tf.Tensor =>
    x.rank === rank
      ? tf.square(x)
      : tf.sum(
          tf.square(x),
          Array.from({ length: x.rank - rank }, (_, i) => rank + i),
        )
  const count = states.reduce((n, x) => n + x.shape.slice(rank).reduce((a, b) => a * b, 1), 0)
  return tf.sqrt(
    tf.div(
      states.map(square).reduce((a, b) => tf.add(a, b)),
      constant(count),
    ),
  )
}

/** The first step's length: Hairer, Nørsett and Wanner (1993), section II.4. */
function firstLength(
  field: Field,
  state: tf.Tensor[],
  slopes: tf.Tensor[],
  rows: Shape,
  { t0, t1, atol, rtol }: Interval,
): tf.Tensor {
  const relative = (of: tf.Tensor[]): tf.Tensor =>
    rms(
      of.map((v, k) => tf.div(v, tf.add(constant(atol), tf.mul(tf.abs(state[k]!), constant(rtol))))),
      rows.length,
    )
  const least = constant(1e-5, rows)
  const d0 = relative(state)
  const d1 = relative(slopes)
  const unknown = tf.logicalOr(tf.less(d0, least), tf.less(d1, least))
  const guess = tf.where(unknown, constant(1e-6, rows), tf.mul(tf.div(d0, d1), constant(0.01)))
  const h0 = tf.minimum(guess, constant(Math.abs(t1 - t0)))
  const signed = tf.mul(h0, Math.sign(t1 - t0))
  const euler = state.map((x, k) => tf.add(x, tf.mul(perRow(signed, x), slopes[k]!)))
  const after = field(tf.add(constant(t0), signed), euler)
  const d2 = tf.div(relative(after.map((s, k) => tf.sub(s, slopes[k]!))), h0)
  const h1 = tf.pow(tf.div(constant(0.01), tf.maximum(tf.maximum(d1, d2), constant(1e-15))), constant(1 / 5))
  return tf.minimum(tf.mul(h0, 100), h1)
}

/**
 * Dormand–Prince steps from t0 to t1, each row with a step length of its own: its result does not depend on what else is in the batch. A row
 * whose first slope is NaN gives NaN; one whose step length vanishes has failed.
 */
export function adaptive(
  field: Field,
  start: tf.Tensor[],
  rows: Shape,
  interval: Interval,
  solver: string,
  integrals: { start: tf.Tensor[]; add: Accumulate } = { start: [], add: (_, __, sums) => sums },
): Integrated {
  const { t0, t1, atol, rtol, maxSteps } = interval
  const direction = Math.sign(t1 - t0)
  const vanishing = constant(4 * precision() * Math.max(Math.abs(t0), Math.abs(t1)))
  const n = start.length
  const slopes = field(constant(t0, rows), start)
  const h = firstLength(field, start, slopes, rows, interval)
  const { state, shared, records } = iterate({
    solver,
    rows,
    maxIterations: maxSteps,
    state: [constant(t0, rows), h, ...start, ...slopes],
    shared: integrals.start,
    step: ([t, length, ...rest], sums) => {
      const x = rest.slice(0, n)
      const first = rest.slice(n)
      const left = tf.sub(constant(t1), t!)
      const last = tf.greaterEqual(length!, tf.abs(left))
      const h = tf.where(last, left, tf.mul(length!, direction))
      const { next, stages } = rungeKutta(DOPRI5, field, t!, h, x, first)
      const arrival = tf.where(last, constant(t1, rows), tf.add(t!, h))
      const after = field(arrival, next)
      const estimate = [...stages, { t: arrival, state: next, slopes: after }]
      const error = rms(
        x.map((from, k) => {
          const allowed = tf.add(constant(atol), tf.mul(tf.maximum(tf.abs(from), tf.abs(next[k]!)), constant(rtol)))
          return tf.div(tf.mul(perRow(h, from), weigh(estimate, DOPRI5.error!, k)), allowed)
        }),
        rows.length,
      )
      const accepted = tf.lessEqual(error, 1)
      const refused = tf.sub(1, mask(accepted))
      const wanted = tf.mul(tf.pow(tf.maximum(error, constant(1e-12)), constant(-0.2)), constant(0.9))
      const most = tf.where(accepted, constant(5, rows), constant(0.9, rows))
      const bounded = tf.minimum(tf.maximum(wanted, constant(0.2)), most)
      const factor = tf.where(notANumber(error), constant(0.2, rows), bounded)
      const nextLength = tf.mul(tf.abs(h), factor)
      const spoiled = notANumber(rms(first, rows.length))
      const poison = tf.where(spoiled, constant(Number.NaN, rows), constant(0, rows))
      const taken = tf.mul(h, mask(accepted))
      return {
        state: [
          tf.where(accepted, arrival, t!),
          nextLength,
          ...x.map((from, k) => tf.add(heldWhere(refused, from, next[k]!), perRow(poison, from))),
          ...first.map((from, k) => heldWhere(refused, from, after[k]!)),
        ],
        shared: integrals.add(stages, taken, sums),
        record: tf.stack([t!, taken], rows.length),
        done: tf.logicalOr(tf.logicalAnd(accepted, last), spoiled),
        failed: tf.logicalAnd(tf.logicalNot(accepted), tf.less(nextLength, vanishing)),
      }
    },
  })
  return { state: state.slice(2, 2 + n), sums: shared, grid: records ?? tf.zeros([0, ...rows, 2]) }
}
