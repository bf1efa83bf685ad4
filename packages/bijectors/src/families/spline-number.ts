import type { Family } from './family.js'

/** What a spline with linear tails is made with: see `rationalQuadratic`. */
export interface SplineSettings {
  readonly bins: number
  readonly bound: number
  readonly minimumBin: number
  readonly minimumSlope: number
  /** What is added to raw slopes, so that 0 gives the slope 1. */
  readonly offset: number
}

/**
 * The inverse of a spline in plain numbers, from raw widths, heights and inner slopes: two softmaxes, a walk to the bin that holds y, and
 * the stable root of its quadratic (Durkan et al. 2019, eqs. 4–8).
 */
export function splineInverseNumber(settings: SplineSettings): NonNullable<Family['inverseNumber']> {
  const { bins, bound, minimumBin, minimumSlope, offset } = settings
  const least = 2 * bound * minimumBin
  const room = 2 * bound * (1 - minimumBin * bins)
  return (raw, at, stride, y, out) => {
    if (!(Math.abs(y) <= bound)) {
      out[0] = y
      out[1] = 0
      return
    }
    const heights = at + bins * stride
    const slopes = heights + bins * stride
    let [topWidth, topHeight, sumWidth, sumHeight] = [-Infinity, -Infinity, 0, 0]
    for (let k = 0; k < bins; k++) {
      topWidth = Math.max(topWidth, raw[at + k * stride]!)
      topHeight = Math.max(topHeight, raw[heights + k * stride]!)
    }
    for (let k = 0; k < bins; k++) {
      sumWidth += Math.exp(raw[at + k * stride]! - topWidth)
      sumHeight += Math.exp(raw[heights + k * stride]! - topHeight)
    }
    let [left, bottom, width, height, bin] = [-bound, -bound, 0, 0, 0]
    for (; ; bin++) {
      width = (room * Math.exp(raw[at + bin * stride]! - topWidth)) / sumWidth + least
      height = (room * Math.exp(raw[heights + bin * stride]! - topHeight)) / sumHeight + least
      if (bin === bins - 1 || y < bottom + height) break
      left += width
      bottom += height
    }
    const slopeAt = (knot: number): number =>
      knot === 0 || knot === bins ? 1 : softplus(raw[slopes + (knot - 1) * stride]! + offset) + minimumSlope
    const [d0, d1, s, up] = [slopeAt(bin), slopeAt(bin + 1), height / width, y - bottom]
    const curve = d0 + d1 - 2 * s
    const a = height * (s - d0) + up * curve
    const b = height * d0 - up * curve
    // rounding can push the root's argument below zero
    const xi = (2 * s * up) / (b + Math.sqrt(Math.max(b * b + 4 * a * s * up, 0)))
    const rest = 1 - xi
    const ratio = s / (s + curve * xi * rest)
    out[0] = left + xi * width
    out[1] = -Math.log((d1 * xi * xi + 2 * s * xi * rest + d0 * rest * rest) * ratio * ratio)
  }
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
