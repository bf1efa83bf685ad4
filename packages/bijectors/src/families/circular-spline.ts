import { constant, type Mapped, type SavedType, stopGradient } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Family, Interval } from './family.js'
import { binOf, slopeOffset, splineForward, splineInverse, withTails } from './spline.js'

/** The circle cut open: angles in radians. */
export const CIRCLE: Interval = { lower: -Math.PI, upper: Math.PI }

/** Options of {@link circularSpline}. */
export interface CircularSplineOptions {
  /** Number of bins K. Default 8. */
  bins?: number
  /** Least width and height of a bin, as a share of the circle. Default 1e-3. */
  minimumBin?: number
  /** Least derivative at a knot. Default 1e-3. */
  minimumSlope?: number
}

/**
 * Maps of the circle [−π, π) onto itself: a monotone rational-quadratic spline whose slopes at both ends are one and the same, then a turn
 * by an angle, y = spline(x) + φ mod 2π (Rezende et al. 2020, arXiv 2002.02428, section 2.1.3). Smooth across the cut; angles in radians.
 *
 * Values beyond [−π, π] are left as they are, so that a base on the circle gives them density 0. Feed angles to conditioners by their
 * cosine and sine (`Angles`, or `MADE` with `angles`), or densities break at the cut.
 *
 * @throws EbbflowError `argument` for fewer than two bins, or minima that leave no room.
 * @example
 * ```ts
 * const layer = new Elementwise({ family: circularSpline({ bins: 6 }), shape: [2] }).init()
 * ```
 */
export function circularSpline(options: CircularSplineOptions = {}): Family {
  const { bins = 8, minimumBin = 1e-3, minimumSlope = 1e-3 } = options
  const offset = slopeOffset({ bins, minimumBin, minimumSlope })
  return {
    type: 'circular-spline',
    shapes: { sizes: [2, bins], slopes: [bins], turn: [] },
    identity: { sizes: 0, slopes: 0, turn: 0 },
    domain: CIRCLE,
    range: CIRCLE,
    constrain: ({ sizes: raw, slopes, turn }) => {
      const room = constant(2 * Math.PI * (1 - minimumBin * bins))
      const sizes = tf.add(tf.mul(tf.softmax(raw!), room), constant(2 * Math.PI * minimumBin))
      const lefts = tf.sub(tf.cumsum(sizes, sizes.rank - 1, true), constant(Math.PI))
      const left = tf.add(tf.softplus(tf.add(slopes!, constant(offset))), constant(minimumSlope))
      const zeros = left.shape.slice(0, -1).map(() => 0)
      const lead = left.shape.slice(0, -1)
      const right = tf.concat(
        [tf.slice(left, [...zeros, 1], [...lead, bins - 1]), tf.slice(left, [...zeros, 0], [...lead, 1])],
        -1,
      )
      const ends = [left, right].map((end) => tf.expandDims(end, -2))
      return { knots: lefts, table: tf.concat([sizes, lefts, ...ends], -2), turn: turn! }
    },
    forward: (p, x) =>
      withTails(x, Math.PI, (inside) => {
        const { value, logDet } = splineForward(binOf(p, 0, inside), inside)
        return { value: wrapped(tf.add(value, p.turn!)), logDet }
      }),
    inverse: (p, y) =>
      withTails(y, Math.PI, (inside): Mapped => {
        const before = wrapped(tf.sub(inside, p.turn!))
        return splineInverse(binOf(p, 1, before), before)
      }),
    config: () => ({ bins, minimumBin, minimumSlope }),
  }
}

/** The angle of the same direction in [−π, π]; rounding is kept from carrying it past the ends, without a mark on the gradient. */
function wrapped(angle: tf.Tensor): tf.Tensor {
  const fixed = stopGradient(angle)
  const turns = tf.floor(tf.div(tf.add(fixed, constant(Math.PI)), constant(2 * Math.PI)))
  const within = tf.clipByValue(tf.sub(fixed, tf.mul(turns, constant(2 * Math.PI))), -Math.PI, Math.PI)
  // angle − fixed is zero: the sum is the wrapped angle, its derivative 1
  return tf.add(within, tf.sub(angle, fixed))
}

/** The circular splines, as files name them. */
export const circularSplineType: SavedType<Family> = {
  type: 'circular-spline',
  fromConfig: (options) => circularSpline(options as CircularSplineOptions),
}
