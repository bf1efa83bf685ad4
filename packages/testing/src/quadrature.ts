import type { Support } from '@ebbflow/core'
import { EbbflowError } from '@ebbflow/core'

/** Points and weights: Σ wᵢ f(xᵢ) ≈ ∫ f. Points of events with two values are pairs in row-major order. */
export interface Quadrature {
  readonly points: Float64Array
  readonly weights: Float64Array
}

/**
 * A double-exponential rule (Takahasi & Mori 1974) over a support: trapezoidal in t with x a map of ½π sinh t, so that tails of any
 * weight and singular ends are reached; a plain sum over integers. `centre` and `scale` say where the mass is, roughly.
 */
export function quadratureOver(support: Support, centre: number, scale: number, count: number): Quadrature {
  const { kind, lower, upper } = support
  if (kind === 'integer') {
    if (!Number.isFinite(upper - lower))
      throw new EbbflowError('unsupported', 'sums need a support of finitely many integers')
    const points = Float64Array.from({ length: upper - lower + 1 }, (_, i) => lower + i)
    return { points, weights: new Float64Array(points.length).fill(1) }
  }
  const bounded = [Number.isFinite(lower), Number.isFinite(upper)]
  const map = (s: number): [x: number, slope: number] => {
    if (bounded[0] && bounded[1]) {
      const near = 1 / (1 + Math.exp(2 * Math.abs(s)))
      const share = (upper - lower) * near
      return [s < 0 ? lower + share : upper - share, 2 * share * (1 - near)]
    }
    if (bounded[0]) return [lower + scale * Math.exp(s), scale * Math.exp(s)]
    if (bounded[1]) return [upper - scale * Math.exp(-s), scale * Math.exp(-s)]
    return [centre + scale * Math.sinh(s), scale * Math.cosh(s)]
  }
  const reach = 4.5
  const step = (2 * reach) / (count - 1)
  const points = new Float64Array(count)
  const weights = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const t = -reach + i * step
    const [x, slope] = map((Math.PI / 2) * Math.sinh(t))
    points[i] = x
    weights[i] = slope * (Math.PI / 2) * Math.cosh(t) * step
  }
  return { points, weights }
}

/** The rule over pairs: every combination of two points. */
export function squared({ points, weights }: Quadrature): Quadrature {
  const n = points.length
  const pairs = new Float64Array(2 * n * n)
  const products = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      pairs[2 * (i * n + j)] = points[i]!
      pairs[2 * (i * n + j) + 1] = points[j]!
      products[i * n + j] = weights[i]! * weights[j]!
    }
  return { points: pairs, weights: products }
}
