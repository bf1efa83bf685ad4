import { broadcastShapes, constant, type Shape, type Support, sameShape, sumEvent } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** The positive half-line. */
export const POSITIVE_LINE: Support = { kind: 'real', lower: 0, upper: Infinity }

/** The unit interval. */
export const UNIT: Support = { kind: 'real', lower: 0, upper: 1 }

/** x broadcast to a shape; the engine's own `broadcastTo` fails for empty ones. */
export const spread = (x: tf.Tensor, shape: Shape): tf.Tensor =>
  sameShape(x.shape, shape) ? x : tf.add(x, constant(0, shape))

/** Whether a mask holds anywhere on the last `rank` axes. */
export const anyOfLast = (mask: tf.Tensor, rank: number): tf.Tensor =>
  tf.greater(sumEvent(tf.cast(mask, 'float32'), rank), 0)

/**
 * `tf.where` over everything that broadcasts. The engine's own broadcasts the mask as booleans, which WASM's kernels must not be given,
 * and fails for empty tensors.
 */
export function select(mask: tf.Tensor, a: number | tf.Tensor, b: number | tf.Tensor): tf.Tensor {
  const shapes = [mask, a, b].map((t) => (typeof t === 'number' ? [] : t.shape))
  const shape = shapes.reduce(broadcastShapes)
  const full = (t: number | tf.Tensor): tf.Tensor => (typeof t === 'number' ? constant(t, shape) : spread(t, shape))
  const held = sameShape(mask.shape, shape) ? mask : tf.greater(full(tf.cast(mask, 'float32')), 0)
  return tf.where(held, full(a), full(b))
}

/**
 * A log-density that is −∞ where `outside` holds. The formula sees `safe` in the place of what lies there, so that neither its value nor
 * its gradient can be NaN behind the mask; NaN itself goes through.
 */
export function logWithin(
  x: tf.Tensor,
  outside: tf.Tensor,
  safe: number | tf.Tensor,
  formula: (x: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  return select(outside, -Infinity, formula(replace(x, outside, safe)))
}

/** x with `safe` where the mask holds. */
export function replace(x: tf.Tensor, mask: tf.Tensor, safe: number | tf.Tensor): tf.Tensor {
  return select(mask, safe, x)
}

/** x not below `lower`; unlike `maximum` it keeps NaN on every backend. */
export const atLeast = (x: tf.Tensor, lower: number | tf.Tensor): tf.Tensor => {
  const bound = typeof lower === 'number' ? constant(lower) : lower
  return replace(x, tf.less(x, bound), bound)
}

/** x not above `upper`; unlike `minimum` it keeps NaN on every backend. */
export const atMost = (x: tf.Tensor, upper: number | tf.Tensor): tf.Tensor => {
  const bound = typeof upper === 'number' ? constant(upper) : upper
  return replace(x, tf.greater(x, bound), bound)
}

/** A quantile function on [0, 1], NaN elsewhere. */
export function onUnit(u: tf.Tensor, quantile: (u: tf.Tensor) => tf.Tensor): tf.Tensor {
  const outside = tf.logicalOr(tf.less(u, 0), tf.greater(u, 1))
  return select(outside, Number.NaN, quantile(replace(u, outside, 0.5)))
}

/** Whether u is in the lower half of [0, 1], and its distance from the nearer end: what symmetric distributions invert. */
export function nearerTail(u: tf.Tensor): { lower: tf.Tensor; tail: tf.Tensor } {
  const lower = tf.lessEqual(u, 0.5)
  return { lower, tail: select(lower, u, tf.sub(1, u)) }
}
