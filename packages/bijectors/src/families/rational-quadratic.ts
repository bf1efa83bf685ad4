import { check, constant, type Mapped, type SavedType, stopGradient } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Family, type FamilyParameters, LINE } from './family.js'

/** Options of {@link rationalQuadratic}. */
export interface RationalQuadraticOptions {
  /** Number of bins K. Default 8. */
  bins?: number
  /** Half-width B of the interval [−B, B] outside of which the map is the identity. Default 5. */
  bound?: number
  /** Least width and height of a bin, as a share of the interval. Default 1e-3. */
  minimumBin?: number
  /** Least derivative at a knot. Default 1e-3. */
  minimumSlope?: number
}

/**
 * Monotone rational-quadratic splines on [−B, B] with linear (identity) tails: the family of neural spline flows (Durkan et al. 2019,
 * arXiv 1906.04032, eqs. 4–8), K bins whose widths, heights and inner slopes are free.
 *
 * In the bin with left knot (xₖ, yₖ), width w, height h, slopes d₀, d₁, s = h / w and ξ = (x − xₖ) / w:
 * y = yₖ + h (s ξ² + d₀ ξ(1−ξ)) / (s + (d₁ + d₀ − 2s) ξ(1−ξ)). The inverse is the stable root of a quadratic.
 *
 * @throws EbbflowError `argument` for fewer than two bins, or minima that leave no room.
 * @example
 * ```ts
 * const layer = new Elementwise({ family: rationalQuadratic({ bins: 8, bound: 5 }), shape: [3] }).init()
 * ```
 */
export function rationalQuadratic(options: RationalQuadraticOptions = {}): Family {
  const { bins = 8, bound = 5, minimumBin = 1e-3, minimumSlope = 1e-3 } = options
  check(Number.isInteger(bins) && bins >= 2, 'a spline needs at least two bins', { received: `${bins}` })
  check(bound > 0 && Number.isFinite(bound), 'the spline interval must be positive', { received: `${bound}` })
  check(minimumBin > 0 && minimumBin * bins < 1, 'the least bin leaves no room', { received: `${minimumBin}` })
  check(minimumSlope > 0 && minimumSlope < 1, 'the least slope must lie in (0, 1)', { received: `${minimumSlope}` })
  // softplus(raw + offset) + minimumSlope is 1 at raw = 0
  const offset = Math.log(Math.expm1(1 - minimumSlope))

  return {
    type: 'rational-quadratic',
    shapes: { sizes: [2, bins], slopes: [bins - 1] },
    identity: { sizes: 0, slopes: 0 },
    domain: LINE,
    range: LINE,
    constrain: ({ sizes: raw, slopes }) => {
      const room = constant(2 * bound * (1 - minimumBin * bins))
      const sizes = tf.add(tf.mul(tf.softmax(raw!), room), constant(2 * bound * minimumBin))
      const lefts = tf.sub(tf.cumsum(sizes, sizes.rank - 1, true), constant(bound))
      const inner = tf.add(tf.softplus(tf.add(slopes!, constant(offset))), constant(minimumSlope))
      // the tails are the identity, so the slopes at both ends are 1
      const ends = [padLast(inner, 1, 0), padLast(inner, 0, 1)]
      return { knots: lefts, table: tf.concat([sizes, lefts, ...ends.map((end) => tf.expandDims(end, -2))], -2) }
    },
    forward: (p, x) => withTails(x, bound, (inside) => splineForward(binOf(p, 0, inside), inside)),
    inverse: (p, y) => withTails(y, bound, (inside) => splineInverse(binOf(p, 1, inside), inside)),
    config: () => ({ bins, bound, minimumBin, minimumSlope }),
  }
}

/** The parameters of the bin that each value lies in. */
interface Bin {
  left: tf.Tensor
  bottom: tf.Tensor
  width: tf.Tensor
  height: tf.Tensor
  d0: tf.Tensor
  d1: tf.Tensor
}

/** Pads the last axis with ones. */
const padLast = (x: tf.Tensor, before: number, after: number): tf.Tensor =>
  tf.pad(x, [...Array(x.rank - 1).fill([0, 0]), [before, after]], 1)

/**
 * The bin of each value, by the knots of x (`row` 0) or of y (1): a 0/1 mask over the bins selects its six parameters at once. The mask
 * is piecewise constant, so nothing of it is differentiated.
 */
function binOf({ knots, table }: FamilyParameters, row: number, x: tf.Tensor): Bin {
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
function withTails(x: tf.Tensor, bound: number, spline: (inside: tf.Tensor) => Mapped): Mapped {
  const inside = tf.lessEqual(tf.abs(stopGradient(x)), constant(bound))
  const { value, logDet } = spline(tf.clipByValue(x, -bound, bound))
  return { value: tf.where(inside, value, x), logDet: tf.where(inside, logDet, constant(0, x.shape)) }
}

function splineForward({ left, bottom, width, height, d0, d1 }: Bin, x: tf.Tensor): Mapped {
  const s = tf.div(height, width)
  const xi = tf.div(tf.sub(x, left), width)
  return at(xi, s, d0, d1, (quotient) => tf.add(bottom, tf.mul(height, quotient)))
}

function splineInverse({ left, bottom, width, height, d0, d1 }: Bin, y: tf.Tensor): Mapped {
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

/** The rational-quadratic splines, as files name them. */
export const rationalQuadraticType: SavedType<Family> = {
  type: 'rational-quadratic',
  fromConfig: (options) => rationalQuadratic(options as RationalQuadraticOptions),
}
