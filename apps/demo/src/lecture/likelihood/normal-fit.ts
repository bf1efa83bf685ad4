import { logNormalDensity } from '../maths/normal.js'

/** A normal's parameters as gradient ascent moves them: μ and s = ln σ, which keeps σ positive. */
export interface Parameters {
  readonly mean: number
  readonly logSpread: number
}

/** log p(x; μ, σ) of each point: the bars that add up to the log-likelihood. */
export const logDensities = (points: readonly number[], { mean, logSpread }: Parameters): number[] =>
  points.map((x) => logNormalDensity((x - mean) / Math.exp(logSpread)) - logSpread)

/** The mean log-likelihood (1/n) Σ log p(xᵢ; μ, σ). */
export const meanLogLikelihood = (points: readonly number[], at: Parameters): number =>
  logDensities(points, at).reduce((sum, value) => sum + value, 0) / points.length

/** Its gradient: ∂/∂μ = mean(z)/σ and ∂/∂s = mean(z²) − 1 with z = (x − μ)/σ. */
export function gradient(points: readonly number[], { mean, logSpread }: Parameters): Parameters {
  const spread = Math.exp(logSpread)
  let first = 0
  let second = 0
  for (const x of points) {
    const z = (x - mean) / spread
    first += z / points.length
    second += (z * z) / points.length
  }
  return { mean: first / spread, logSpread: second - 1 }
}

/** Where the likelihood is highest, in closed form: the mean and the standard deviation (of divisor n) of the points. */
export function maximum(points: readonly number[]): Parameters {
  const mean = points.reduce((sum, x) => sum + x, 0) / points.length
  const variance = points.reduce((sum, x) => sum + (x - mean) ** 2, 0) / points.length
  return { mean, logSpread: 0.5 * Math.log(variance) }
}

/** One step of gradient ascent of the mean log-likelihood, of length at most 0.25 so that it cannot leap over the hill. */
export function climb(points: readonly number[], at: Parameters, rate: number): Parameters {
  const slope = gradient(points, at)
  const length = rate * Math.hypot(slope.mean, slope.logSpread)
  const factor = length > 0.25 ? (rate * 0.25) / length : rate
  return { mean: at.mean + factor * slope.mean, logSpread: at.logSpread + factor * slope.logSpread }
}
