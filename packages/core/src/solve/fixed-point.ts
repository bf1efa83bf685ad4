import * as tf from '@tensorflow/tfjs-core'
import { vjp } from '../gradients/index.js'
import { splitShape } from '../shape.js'
import { constant } from '../tensor.js'
import { attach } from './attach.js'
import { iterate } from './iterate.js'
import { notANumber, precision } from './masks.js'

/** A map of x to itself, and what else it depends on; a contraction in x. */
export type Contraction = (x: tf.Tensor, ...params: tf.Tensor[]) => tf.Tensor

/** How {@link fixedPoint} iterates. */
export interface FixedPointOptions {
  /** Rightmost axes that make one row, whose elements converge together: 1 by default, 0 for elementwise maps. */
  readonly eventRank?: number
  /** Largest last change of a row, max|Δx|, relative to max(1, max|x|): 32 units in the last place by default. */
  readonly tolerance?: number
  /** Most evaluations: 1000 by default. */
  readonly maxIterations?: number
}

/**
 * x with x = g(x; θ), by Banach's iteration from `x0`. With a Lipschitz constant L < 1 the error left is at most L / (1 − L) last changes.
 *
 * `params` are whatever tensors g depends on: one that g closes over gets no gradient, nor does `x0`. Derivatives of any order, by the
 * implicit function theorem: the cotangent u = dy + (∂g/∂x)ᵀu is a fixed point itself (Bai et al. 2019, "Deep equilibrium models"). A row
 * whose first step is NaN gives NaN.
 *
 * @throws EbbflowError `convergence`, naming the rows, where the iteration diverges or is too slow; `shape` when g changes the shape.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { fixedPoint, tensor, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * const y = tensor([[1, 2]])
 * const x = fixedPoint((x, y) => tf.sub(y!, tf.mul(tf.tanh(x), 0.5)), y, [y]) // x + tanh(x) / 2 = y
 * ```
 */
export function fixedPoint(
  g: Contraction,
  x0: tf.Tensor,
  params: tf.Tensor[] = [],
  options: FixedPointOptions = {},
): tf.Tensor {
  return tf.tidy(() => {
    const found = search(g, x0, params, options)
    return attach(found, params, ({ dy, solution, inputs: theta }) => {
      if (theta.length === 0) return []
      const pulled = (u: tf.Tensor, x: tf.Tensor, on: tf.Tensor[], at: tf.Tensor[]): tf.Tensor[] =>
        vjp(() => g(x, ...at), on, u).gradients
      const u = fixedPoint(
        (u, dy, x, ...theta) => tf.add(dy!, pulled(u, x!, [x!], theta)[0]!),
        dy,
        [dy, solution, ...theta],
        options,
      )
      return pulled(u, solution, theta, theta)
    })
  })
}

function search(g: Contraction, x0: tf.Tensor, params: tf.Tensor[], options: FixedPointOptions): tf.Tensor {
  const { eventRank = 1, tolerance = 32 * precision(), maxIterations = 1000 } = options
  const rows = splitShape(x0.shape, eventRank).batch
  const axes = Array.from({ length: eventRank }, (_, i) => rows.length + i)
  const largest = (x: tf.Tensor): tf.Tensor => (eventRank === 0 ? tf.abs(x) : tf.max(tf.abs(x), axes))
  const allowed = constant(tolerance)
  const { state } = iterate({
    solver: 'fixedPoint',
    rows,
    maxIterations,
    state: [x0, constant(1, rows)],
    step: ([x, first]) => {
      const next = g(x!, ...params)
      const change = largest(tf.sub(next, x!))
      const small = tf.mul(tf.maximum(largest(next), 1), allowed)
      // a sum spreads NaN and ∞, which a maximum may hide
      const zero = tf.sub(next, next)
      const spoiled = notANumber(eventRank === 0 ? zero : tf.sum(zero, axes))
      const given = tf.logicalAnd(spoiled, tf.greater(first!, 0))
      return {
        state: [next, tf.fill(rows, 0)],
        done: tf.logicalOr(tf.logicalAnd(tf.lessEqual(change, small), tf.logicalNot(spoiled)), given),
        failed: tf.logicalAnd(spoiled, tf.equal(first!, 0)),
      }
    },
  })
  return state[0]!
}
