import { check, ndtr } from '@ebbflow/core/plain'
import { type Histogram, histogram } from './histogram.js'
import { chiSquareCdf, chiSquareQuantile, normalQuantileOf, orderQuantile } from './quantiles.js'
import { columnOf } from './rows.js'

/** Quantiles of values beside those of the law that they ought to follow. */
export interface Quantiles {
  readonly theoretical: Float64Array
  readonly observed: Float64Array
  /** Where each observed quantile lies with probability `level` if the values follow the law, pointwise. */
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** The Kolmogorov–Smirnov distance: the largest difference of the two distribution functions. */
  readonly distance: number
}

/** Probability integral transforms u = F(v) in equal bins, which are uniform if the values follow F. */
export interface Pit extends Histogram {
  /** Where each bar lies with probability `level` if they are, pointwise. */
  readonly band: readonly [lower: number, upper: number]
}

/** How far latents are from the standard normal that they ought to follow. */
export interface Calibration {
  readonly n: number
  readonly level: number
  /** |z|² against the chi-square law of D degrees of freedom: shells that are too full or too empty. */
  readonly radius: Quantiles
  readonly radiusPit: Pit
  /** Each dimension against the standard normal. */
  readonly dimensions: readonly { readonly quantiles: Quantiles; readonly pit: Pit }[]
}

/** Options of {@link calibration}. */
export interface CalibrationOptions {
  /** D, the values of a latent. */
  readonly width: number
  /** Bars of the histograms. Default 20. */
  readonly bins?: number
  /** Most quantiles that are compared. Default 99. */
  readonly points?: number
  /** Probability of the bands. Default 0.95. */
  readonly level?: number
}

/**
 * Calibration in base space: whether latents z = f⁻¹(x) `[n, D]` of data follow the standard normal that the flow starts from. It holds
 * probability integral transforms (Dawid 1984), quantile–quantile pairs with exact pointwise bands from order statistics, which are
 * Beta(k, n − k + 1) under F, and |z|² against χ²_D.
 *
 * @throws EbbflowError `argument` for fewer than two rows.
 * @example
 * ```ts
 * const z = Rng.seed(1).values('normal', 2000)
 * calibration(z, { width: 2 }).radius.distance < 0.06 // true
 * ```
 */
export function calibration(
  latents: ArrayLike<number>,
  { width, bins = 20, points = 99, level = 0.95 }: CalibrationOptions,
): Calibration {
  const columns = Array.from({ length: width }, (_, i) => columnOf(latents, width, i))
  const n = latents.length / width
  check(n > 1, 'a calibration needs at least two rows', { received: `${n}` })
  check(level > 0 && level < 1, 'a level lies in (0, 1)', { received: `${level}` })
  const ranks = ranksOf(n, points)
  const bands = ranks.map((k): [number, number] => [
    orderQuantile(k, n, (1 - level) / 2),
    orderQuantile(k, n, (1 + level) / 2),
  ])
  const quantiles = (values: Float64Array, law: Law): Quantiles => {
    const sorted = values.slice().sort()
    return {
      theoretical: Float64Array.from(ranks, (k) => law.quantile(k / (n + 1))),
      observed: Float64Array.from(ranks, (k) => sorted[k - 1]!),
      lower: Float64Array.from(bands, ([p]) => law.quantile(p)),
      upper: Float64Array.from(bands, ([, p]) => law.quantile(p)),
      distance: distanceOf(sorted, law.cdf),
    }
  }
  const band = shareBand(n, bins, level)
  const pit = (values: Float64Array, law: Law): Pit => ({
    // u = 1 belongs to the last bar
    ...histogram(
      values.map((v) => Math.min(law.cdf(v), 1 - Number.EPSILON)),
      { range: [0, 1], bins },
    ),
    band,
  })
  const squares = Float64Array.from({ length: n }, (_, i) => columns.reduce((sum, column) => sum + column[i]! ** 2, 0))
  const shells: Law = { cdf: (s) => chiSquareCdf(width, s), quantile: (p) => chiSquareQuantile(width, p) }
  const normal: Law = { cdf: ndtr, quantile: normalQuantileOf }
  return {
    n,
    level,
    radius: quantiles(squares, shells),
    radiusPit: pit(squares, shells),
    dimensions: columns.map((values) => ({ quantiles: quantiles(values, normal), pit: pit(values, normal) })),
  }
}

interface Law {
  cdf(v: number): number
  quantile(p: number): number
}

/** Ranks evenly over 1 … n, both ends among them. */
function ranksOf(n: number, points: number): number[] {
  check(Number.isInteger(points) && points > 1, 'at least two quantiles are compared', { received: `${points}` })
  const count = Math.min(n, points)
  return Array.from({ length: count }, (_, i) => 1 + Math.round((i * (n - 1)) / (count - 1)))
}

function distanceOf(sorted: Float64Array, cdf: (v: number) => number): number {
  const n = sorted.length
  return sorted.reduce((most, v, i) => {
    const u = cdf(v)
    return Math.max(most, u - i / n, (i + 1) / n - u)
  }, 0)
}

/** The bar heights between which a binomial count of n values of probability 1/bins lies, by its normal approximation. */
function shareBand(n: number, bins: number, level: number): [number, number] {
  const p = 1 / bins
  const room = normalQuantileOf((1 + level) / 2) * Math.sqrt((p * (1 - p)) / n)
  return [Math.max(0, (p - room) * bins), (p + room) * bins]
}
