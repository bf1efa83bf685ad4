import * as tf from '@tensorflow/tfjs-core'
import { check } from '../errors.js'
import { vjp } from '../gradients/index.js'
import { expectShape } from '../shape.js'
import { constant } from '../tensor.js'
import { attach } from './attach.js'
import { iterate } from './iterate.js'
import { notANumber, precision } from './masks.js'

/** An elementwise increasing function of x, and what else it depends on. */
export type Increasing = (x: tf.Tensor, ...params: tf.Tensor[]) => tf.Tensor

/** How {@link solveMonotone} searches. */
export interface MonotoneOptions {
  /** Least x; where it is not given, the search goes down without end. */
  readonly lower?: number
  /** Greatest x; where it is not given, the search goes up without end. */
  readonly upper?: number
  /** Largest last step and largest bracket, relative to max(1, |x|): 4 units in the last place by default. */
  readonly tolerance?: number
  /** Most steps of each phase, bracketing and refining: 200 by default. */
  readonly maxIterations?: number
}

/**
 * x with f(x; θ) = y, for f increasing and elementwise in x. A bracket is widened until it holds the root, then Newton's method refines,
 * and halves the bracket wherever a step would leave it or does not halve the one before (Dekker 1969; Press et al. 2007, section 9.4).
 *
 * `y` has the shape of x; `params` are whatever tensors f depends on: one that f closes over gets no gradient. Derivatives of any order,
 * by the implicit function theorem: dx = (dy − ∂f/∂θ dθ) / (∂f/∂x). NaN in y gives NaN.
 *
 * @throws EbbflowError `convergence`, naming the rows, where there is no root between the bounds or it is not reached.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { solveMonotone, tensor, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * const x = solveMonotone((x, a) => tf.add(tf.mul(a!, x), tf.pow(x, 3)), tensor([2, 10]), [tensor([1, 1])]) // [1, 2]
 * ```
 */
export function solveMonotone(
  f: Increasing,
  y: tf.Tensor,
  params: tf.Tensor[] = [],
  options: MonotoneOptions = {},
): tf.Tensor {
  const { lower, upper } = options
  check(lower === undefined || upper === undefined || lower < upper, 'the lower bound must be below the upper one')
  return tf.tidy(() => {
    const found = search(f, y, params, options)
    return attach(found, [y, ...params], ({ dy, solution, inputs: [, ...theta] }) => {
      const slope = vjp(() => f(solution, ...theta), [solution]).gradients[0]!
      const du = tf.div(dy, slope)
      if (theta.length === 0) return [du]
      return [du, ...vjp(() => f(solution, ...theta), theta, tf.neg(du)).gradients]
    })
  })
}

function search(f: Increasing, y: tf.Tensor, params: tf.Tensor[], options: MonotoneOptions): tf.Tensor {
  const { maxIterations = 200, tolerance = 4 * precision() } = options
  const [lo, hi] = bracket(f, y, params, options, maxIterations)
  const allowed = constant(tolerance)
  const {
    state: [x],
  } = iterate({
    solver: 'solveMonotone',
    rows: y.shape,
    maxIterations,
    state: [tf.mul(tf.add(lo, hi), 0.5), lo, hi, tf.sub(hi, lo)],
    step: ([at, low, high, last]) => {
      const { value, gradients } = vjp(() => f(at!, ...params), [at!])
      const residual = tf.sub(value, y)
      const below = tf.less(residual, 0)
      const lo = tf.where(below, at!, low!)
      const hi = tf.where(below, high!, at!)
      const newton = tf.sub(at!, tf.div(residual, gradients[0]!))
      const inside = tf.logicalAnd(tf.greaterEqual(newton, lo), tf.lessEqual(newton, hi))
      const shrinks = tf.lessEqual(tf.abs(tf.sub(newton, at!)), tf.mul(last!, 0.5))
      const middle = tf.mul(tf.add(lo, hi), 0.5)
      const moved = tf.where(tf.logicalAnd(inside, shrinks), newton, middle)
      const next = tf.where(tf.equal(residual, 0), at!, tf.where(notANumber(residual), residual, moved))
      const length = tf.abs(tf.sub(next, at!))
      const small = tf.mul(tf.maximum(tf.abs(next), 1), allowed)
      const near = tf.logicalOr(tf.lessEqual(length, small), tf.lessEqual(tf.sub(hi, lo), small))
      return { state: [next, lo, hi, length], done: tf.logicalOr(near, notANumber(residual)) }
    },
  })
  return x!
}

/** lo and hi with f(lo) ≤ y ≤ f(hi), each of y's shape. */
function bracket(
  f: Increasing,
  y: tf.Tensor,
  params: tf.Tensor[],
  { lower, upper }: MonotoneOptions,
  maxIterations: number,
): [tf.Tensor, tf.Tensor] {
  const from = lower ?? (upper === undefined ? -1 : upper - 1)
  const to = upper ?? (lower === undefined ? 1 : lower + 1)
  const { state } = iterate({
    solver: 'solveMonotone (bracketing)',
    rows: y.shape,
    maxIterations,
    state: [constant(from, y.shape), constant(to, y.shape), constant(1, y.shape)],
    step: ([lo, hi, width]) => {
      const atLo = f(lo!, ...params)
      expectShape(atLo.shape, y.shape, 'shape of f(x), which must be that of y')
      // y may stand beside the value at a bound by rounding alone
      const slack = tf.mul(tf.maximum(tf.abs(y), 1), constant(8 * precision()))
      const past = (bound: number | undefined, excess: tf.Tensor): tf.Tensor =>
        tf.greater(excess, bound === undefined ? 0 : slack)
      const under = past(lower, tf.sub(atLo, y))
      const over = past(upper, tf.sub(y, f(hi!, ...params)))
      const nextLo = tf.where(over, hi!, lower === undefined ? tf.where(under, tf.sub(lo!, width!), lo!) : lo!)
      const nextHi = tf.where(
        over,
        upper === undefined ? tf.add(hi!, width!) : hi!,
        lower === undefined ? tf.where(under, lo!, hi!) : hi!,
      )
      const beyond = [
        ...(lower === undefined ? [] : [under]),
        ...(upper === undefined ? [] : [over]),
        tf.equal(width!, Number.POSITIVE_INFINITY),
      ].reduce((a, b) => tf.logicalOr(a, b))
      return {
        state: [nextLo, nextHi, tf.mul(width!, 4)],
        done: tf.logicalNot(tf.logicalOr(under, over)),
        failed: beyond,
      }
    },
  })
  return [state[0]!, state[1]!]
}
