import { check, constant, type Mapped, type SavedType } from '@ebbflow/core'
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
 * const nsf = new Coupling({ dimensions: 2, family: rationalQuadratic({ bins: 8, bound: 5 }) })
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

  /** Shares of the interval to bin sizes and the knots between bins. */
  const partition = (raw: tf.Tensor): { sizes: tf.Tensor; left: tf.Tensor; inner: tf.Tensor } => {
    const shares = tf.add(tf.mul(tf.softmax(raw), constant(1 - minimumBin * bins)), constant(minimumBin))
    const sizes = tf.mul(shares, constant(2 * bound))
    const left = tf.sub(tf.cumsum(sizes, -1, true), constant(bound))
    return { sizes, left, inner: lastAxis(left, 1, bins - 1) }
  }

  return {
    type: 'rational-quadratic',
    shapes: { widths: [bins], heights: [bins], slopes: [bins - 1] },
    identity: { widths: 0, heights: 0, slopes: 0 },
    domain: LINE,
    range: LINE,
    constrain: ({ widths, heights, slopes }) => {
      const x = partition(widths!)
      const y = partition(heights!)
      const inner = tf.add(tf.softplus(tf.add(slopes!, constant(offset))), constant(minimumSlope))
      const edge = constant(1, [...inner.shape.slice(0, -1), 1])
      return {
        widths: x.sizes,
        lefts: x.left,
        innerX: x.inner,
        heights: y.sizes,
        bottoms: y.left,
        innerY: y.inner,
        leftSlopes: tf.concat([edge, inner], -1),
        rightSlopes: tf.concat([inner, edge], -1),
      }
    },
    forward: (p, x) => withTails(x, bound, (inside) => splineForward(binOf(p, p.innerX!, inside), inside)),
    inverse: (p, y) => withTails(y, bound, (inside) => splineInverse(binOf(p, p.innerY!, inside), inside)),
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

/** Slices `size` values of the last axis from `begin` on. */
const lastAxis = (x: tf.Tensor, begin: number, size: number): tf.Tensor =>
  tf.slice(x, [...Array(x.rank - 1).fill(0), begin], [...x.shape.slice(0, -1), size])

/** Selects by a 0/1 mask over the bins, so that every step has a gradient and no index is read. */
function binOf(p: FamilyParameters, inner: tf.Tensor, x: tf.Tensor): Bin {
  const reached = tf.cast(tf.greaterEqual(tf.expandDims(x, -1), inner), 'float32')
  const edge = [...reached.shape.slice(0, -1), 1]
  const mask = tf.sub(tf.concat([constant(1, edge), reached], -1), tf.concat([reached, constant(0, edge)], -1))
  const pick = (values: tf.Tensor): tf.Tensor => tf.sum(tf.mul(values, mask), -1)
  return {
    left: pick(p.lefts!),
    bottom: pick(p.bottoms!),
    width: pick(p.widths!),
    height: pick(p.heights!),
    d0: pick(p.leftSlopes!),
    d1: pick(p.rightSlopes!),
  }
}

/** The spline where |x| ≤ B, the identity beyond; x is clipped first, so that no gradient is NaN behind the mask. */
function withTails(x: tf.Tensor, bound: number, spline: (inside: tf.Tensor) => Mapped): Mapped {
  const b = constant(bound)
  const inside = tf.lessEqual(tf.abs(x), b)
  const { value, logDet } = spline(tf.where(inside, x, tf.mul(tf.sign(x), b)))
  return { value: tf.where(inside, value, x), logDet: tf.where(inside, logDet, tf.zerosLike(logDet)) }
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
  const denominator = tf.add(s, tf.mul(tf.sub(tf.add(d0, d1), tf.mul(s, 2)), both))
  const quotient = tf.div(tf.add(tf.mul(s, xi2), tf.mul(d0, both)), denominator)
  const slope = tf.add(tf.add(tf.mul(d1, xi2), tf.mul(tf.mul(s, 2), both)), tf.mul(d0, tf.square(rest)))
  const logDet = tf.sub(tf.add(tf.log(slope), tf.mul(tf.log(s), 2)), tf.mul(tf.log(denominator), 2))
  return { value: place(quotient), logDet }
}

/** The rational-quadratic splines, as files name them. */
export const rationalQuadraticType: SavedType<Family> = {
  type: 'rational-quadratic',
  fromConfig: (options) => rationalQuadratic(options as RationalQuadraticOptions),
}
