import { constant, type Mapped, stopGradient } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** Where an elementwise map is defined. */
export interface Within {
  /** The ends, for all values or for each of an event; none is infinite. */
  readonly lower?: number | tf.Tensor
  readonly upper?: number | tf.Tensor
  /** Whether the ends belong to it. Default false. */
  readonly closed?: boolean
  /** A value well inside. */
  readonly safe: number | tf.Tensor
}

/**
 * An elementwise map within an interval. Outside of it no value is the image of another, and the log-determinant −∞ makes a density 0; the
 * value there is that of `safe`, so that no gradient is NaN. NaN stays NaN.
 */
export function within(x: tf.Tensor, interval: Within, map: (inside: tf.Tensor) => Mapped): Mapped {
  const { lower, upper, closed = false, safe } = interval
  const fixed = stopGradient(x)
  const end = (at: number | tf.Tensor): tf.Tensor => (typeof at === 'number' ? constant(at) : at)
  const beyond = [
    ...(lower === undefined ? [] : [(closed ? tf.less : tf.lessEqual)(fixed, end(lower))]),
    ...(upper === undefined ? [] : [(closed ? tf.greater : tf.greaterEqual)(fixed, end(upper))]),
  ]
  const outside = beyond.reduce((a, b) => tf.logicalOr(a, b))
  const { value, logDet } = map(tf.where(outside, tf.add(constant(0, x.shape), end(safe)), x))
  return { value, logDet: tf.where(outside, constant(Number.NEGATIVE_INFINITY, x.shape), logDet) }
}
