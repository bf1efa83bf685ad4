import { quantileFrom } from '../../random/normal.js'
import { erfc, erfcx, expMinusHalfSquare } from './erf.js'

const ROOT_2_OVER_PI = 0.7978845608028654

/** The standard normal distribution function Φ(x), relative accuracy in the left tail. */
export function ndtr(x: number): number {
  if (x > -0.5) return 0.5 * erfc(-x * Math.SQRT1_2)
  return 0.5 * expMinusHalfSquare(x) * erfcx(-x * Math.SQRT1_2)
}

/** ln Φ(x), finite and accurate in both tails. */
export function logNdtr(x: number): number {
  if (x > -0.5) return Math.log1p(-0.5 * erfc(x * Math.SQRT1_2))
  return Math.log(0.5 * erfcx(-x * Math.SQRT1_2)) - 0.5 * x * x
}

/** Φ⁻¹(p) for p in [0, 1] (Wichura, AS 241). */
export function ndtri(p: number): number {
  const tail = Math.min(p, 1 - p)
  if (!(tail > 0)) return tail === 0 ? (p - 0.5) * Number.POSITIVE_INFINITY : Number.NaN
  return quantileFrom(p - 0.5, () => Math.log(tail))
}

/** d ln Φ(x) / dx = φ(x) / Φ(x). */
export function normalHazard(x: number): number {
  if (x > 0) return (0.5 * ROOT_2_OVER_PI * expMinusHalfSquare(x)) / ndtr(x)
  return ROOT_2_OVER_PI / erfcx(-x * Math.SQRT1_2)
}

/** d² ln Φ(x) / dx² = −h (x + h), with h = φ / Φ. */
export function normalHazardSlope(x: number): number {
  const h = normalHazard(x)
  if (x === Number.NEGATIVE_INFINITY) return -1
  if (x > -30) return h === 0 ? 0 : -h * (x + h)
  // h ~ u + 1/u − 2/u³ + 10/u⁵ − … with u = −x, the reciprocal of Mills's series
  const w = 1 / (x * x)
  return (h / x) * (1 - w * (2 - w * (10 - w * (74 - w * 706))))
}
