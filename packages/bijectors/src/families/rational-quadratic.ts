import { check, constant, type SavedType } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Family, LINE } from './family.js'
import { binOf, padLast, slopeOffset, splineForward, splineInverse, withTails } from './spline.js'
import { splineInverseNumber } from './spline-number.js'

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
  check(bound > 0 && Number.isFinite(bound), 'the spline interval must be positive', {
    expected: 'a finite number above 0',
    received: `${bound}`,
  })
  const offset = slopeOffset({ bins, minimumBin, minimumSlope })

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
    inverseNumber: splineInverseNumber({ bins, bound, minimumBin, minimumSlope, offset }),
    config: () => ({ bins, bound, minimumBin, minimumSlope }),
  }
}

/** The rational-quadratic splines, as files name them. */
export const rationalQuadraticType: SavedType<Family> = {
  type: 'rational-quadratic',
  fromConfig: (options) => rationalQuadratic(options as RationalQuadraticOptions),
}
