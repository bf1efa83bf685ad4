import { check, constant, type Mapped, stopGradient } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { FamilyParameters } from './family.js'

/** The parameters of the bin that each value lies in. */
export interface Bin {
  left: tf.Tensor
  bottom: tf.Tensor
  width: tf.Tensor
  height: tf.Tensor
  d0: tf.Tensor
  d1: tf.Tensor
}

/** Pads the last axis with ones. */
export const padLast = (x: tf.Tensor, before: number, after: number): tf.Tensor =>
  tf.pad(x, [...Array(x.rank - 1).fill([0, 0]), [before, after]], 1)

/**
 * The bin of each value, by the knots of x (`row` 0) or of y (1): a 0/1 mask over the bins selects its six parameters at once. The mask
 * is piecewise constant, so nothing of it is differentiated.
 */
export function binOf({ knots, table }: FamilyParameters, row: number, x: tf.Tensor): Bin {
  const fixed = stopGradient(knots!)
  const bins = fixed.shape.at(-1)!
  const lead = fixed.shape.slice(0, -2)
  const inner = tf.squeeze(tf.slice(fixed, [...lead.map(() => 0), row, 1], [...lead, 1, bins - 1]), [lead.length])
  const reached = tf.cast(tf.greaterEqual(tf.expandDims(stopGradient(x), -1), inner), 'float32')
  const zero = [...Array(reached.rank - 1).fill([0, 0])]
  const mask = tf.sub(padLast(reached, 1, 0), tf.pad(reached, [...zero, [0, 1]]))
  const picked = tf.sum(tf.mul(table!, tf.expandDims(mask, -2)), -1)
  const [width, height, left, bottom, d0, d1] = tf.unstack(picked, picked.rank - 1)
  return { width: width!, height: height!, left: left!, bottom: bottom!, d0: d0!, d1: d1! }
}

/** The spline where |x| ≤ B, the identity beyond; x is clipped first, so that no gradient is NaN behind the mask. */
export function withTails(x: tf.Tensor, bound: number, spline: (inside: tf.Tensor) => Mapped): Mapped {
  const inside = tf.lessEqual(tf.abs(stopGradient(x)), constant(bound))
  const { value, logDet } = spline(tf.clipByValue(x, -bound, bound))
  return { value: tf.where(inside, value, x), logDet: tf.where(inside, logDet, constant(0, x.shape)) }
}

/** The spline within its bin (Durkan et al. 2019, eq. 4–5). */
export function splineForward({ left, bottom, width, height, d0, d1 }: Bin, x: tf.Tensor): Mapped {
  const s = tf.div(height, width)
  const xi = tf.div(tf.sub(x, left), width)
  return at(xi, s, d0, d1, (quotient) => tf.add(bottom, tf.mul(height, quotient)))
}

/** Its inverse: the stable root of a quadratic (eq. 6–8). */
export function splineInverse({ left, bottom, width, height, d0, d1 }: Bin, y: tf.Tensor): Mapped {
  const s = tf.div(height, width)
  const up = tf.sub(y, bottom)
  const bend = tf.mul(up, tf.sub(tf.add(d0, d1), tf.mul(s, 2)))
  const a = tf.add(tf.mul(height, tf.sub(s, d0)), bend)
  const b = tf.sub(tf.mul(height, d0), bend)
  const c = tf.neg(tf.mul(s, up))
  const discriminant = tf.sub(tf.square(b), tf.mul(tf.mul(a, c), 4))
  // 2c / (−b − √…) loses no digits where a is small; rounding can push the root's argument below zero
  const root = tf.sqrt(tf.maximum(discriminant, constant(1e-30)))
  const xi = tf.div(tf.mul(c, -2), tf.add(b, root))
  const { logDet } = at(xi, s, d0, d1, (q) => q)
  return { value: tf.add(left, tf.mul(xi, width)), logDet: tf.neg(logDet) }
}

/** The rational quadratic and its log-derivative at a position ξ within the bin. */
function at(
  xi: tf.Tensor,
  s: tf.Tensor,
  d0: tf.Tensor,
  d1: tf.Tensor,
  place: (quotient: tf.Tensor) => tf.Tensor,
): Mapped {
  const rest = tf.sub(1, xi)
  const both = tf.mul(xi, rest)
  const xi2 = tf.square(xi)
  const twice = tf.mul(s, 2)
  const denominator = tf.add(s, tf.mul(tf.sub(tf.add(d0, d1), twice), both))
  const quotient = tf.div(tf.add(tf.mul(s, xi2), tf.mul(d0, both)), denominator)
  const slope = tf.add(tf.add(tf.mul(d1, xi2), tf.mul(twice, both)), tf.mul(d0, tf.square(rest)))
  return { value: place(quotient), logDet: tf.log(tf.mul(slope, tf.square(tf.div(s, denominator)))) }
}

/**
 * What is added to raw slopes, so that softplus(raw + offset) + minimumSlope is 1 at raw = 0.
 *
 * @throws EbbflowError `argument` for fewer than two bins, or minima that leave no room.
 */
export function slopeOffset(options: { bins: number; minimumBin: number; minimumSlope: number }): number {
  const { bins, minimumBin, minimumSlope } = options
  check(Number.isInteger(bins) && bins >= 2, 'a spline needs at least two bins', {
    expected: 'a whole number of 2 or more',
    received: `${bins}`,
  })
  check(minimumBin > 0 && minimumBin * bins < 1, 'the least bin leaves no room', {
    expected: `a number above 0 and below 1 / ${bins}`,
    received: `${minimumBin}`,
  })
  check(minimumSlope > 0 && minimumSlope < 1, 'the least slope must lie in (0, 1)', {
    expected: 'a number between 0 and 1',
    received: `${minimumSlope}`,
  })
  return Math.log(Math.expm1(1 - minimumSlope))
}
