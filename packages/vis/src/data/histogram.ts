import { check } from '@ebbflow/core/plain'
import { blur2 } from 'd3-array'
import type { Curve } from './density.js'
import { checkRange, type Range, rangeOf } from './extent.js'
import { cellArea, type Field, type GridOptions, sizeOfGrid } from './field.js'
import { columnOf } from './rows.js'

/** Densities of values in equal bins over a range. */
export interface Histogram {
  readonly range: Range
  /** Shares of all values per bin width, so that the bars' areas come to the share within the range. */
  readonly density: Float64Array
}

/**
 * The histogram of values, those outside of the range counted but not shown.
 *
 * @example
 * ```ts
 * histogram([0.1, 0.2, 0.7, 3], { range: [0, 1], bins: 2 }).density // 1, 0.5
 * ```
 */
export function histogram(values: ArrayLike<number>, { range, bins }: { range: Range; bins?: number }): Histogram {
  checkRange(range, 'the range')
  const count = bins ?? binsFor(values.length)
  check(Number.isInteger(count) && count > 0, 'bins must be a positive whole number', { received: `${count}` })
  const [low, high] = range
  const density = new Float64Array(count)
  const one = count / ((high - low) * values.length)
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor(((values[i]! - low) / (high - low)) * count)
    if (bin >= 0 && bin < count) density[bin]! += one
  }
  return { range, density }
}

/** As many bins as suit n values: twice the cube root (Rice's rule), 12 to 60. */
export const binsFor = (n: number): number => Math.round(Math.min(60, Math.max(12, 2 * Math.cbrt(n))))

/** Options of {@link kernelDensity}. */
export interface KernelDensityOptions {
  readonly range: Range
  /** Places on the axis. Default 256. */
  readonly points?: number
  /** Standard deviation of the kernel. Default Silverman's 0.9 min(σ, IQR/1.34) n^(−1/5). */
  readonly bandwidth?: number
}

/**
 * A Gaussian kernel density estimate: p(x) = Σᵢ φ((x − xᵢ)/h) / (n h), from values gathered on the grid of places by linear binning
 * (Silverman 1986, "Density Estimation for Statistics and Data Analysis", eqs. 3.31 and 3.5).
 *
 * @throws EbbflowError `argument` without values, or for a bandwidth that is not positive.
 */
export function kernelDensity(values: ArrayLike<number>, options: KernelDensityOptions): Curve {
  const { range, points = 256 } = options
  checkRange(range, 'the range')
  check(Number.isInteger(points) && points > 1, 'an axis needs at least two places', { received: `${points}` })
  check(values.length > 0, 'a density estimate needs values')
  const h = options.bandwidth ?? silverman(values, range)
  check(h > 0 && Number.isFinite(h), 'a bandwidth must be positive', { received: `${h}` })
  const [low, high] = range
  const step = (high - low) / (points - 1)
  // values beyond the range reach into it by three bandwidths
  const room = Math.ceil((3 * h) / step)
  const weights = new Float64Array(points + 2 * room)
  for (let i = 0; i < values.length; i++) {
    const place = (values[i]! - low) / step + room
    const k = Math.floor(place)
    if (!(k >= 0 && k + 1 < weights.length)) continue
    weights[k]! += 1 - (place - k)
    weights[k + 1]! += place - k
  }
  const kernel = Float64Array.from({ length: room + 1 }, (_, k) => Math.exp(-(((k * step) / h) ** 2) / 2))
  // the kernel as it is sampled and cut off, so that the density integrates to 1
  const whole = kernel.reduce((sum, v, k) => sum + (k === 0 ? v : 2 * v), 0) * step * values.length
  const density = Float64Array.from({ length: points }, (_, i) => {
    let sum = 0
    for (let k = -room; k <= room; k++) sum += kernel[Math.abs(k)]! * weights[i + room + k]!
    return sum / whole
  })
  return { at: Float64Array.from({ length: points }, (_, i) => low + i * step), density }
}

function silverman(values: ArrayLike<number>, [low, high]: Range): number {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort()
  const n = sorted.length
  const mean = sorted.reduce((a, b) => a + b, 0) / n
  const deviation = Math.sqrt(sorted.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n)
  const quartile = (q: number): number => sorted[Math.round(q * (n - 1))]!
  const spread = Math.min(deviation, (quartile(0.75) - quartile(0.25)) / 1.34) || deviation
  return 0.9 * spread * n ** -0.2 || (high - low) / 100
}

/** Options of {@link pointDensity}. */
export interface PointDensityOptions extends GridOptions {
  /** Points that the smoothing suits, so that sets of different sizes can be compared. Default the number of points. */
  readonly suits?: number
}

/**
 * The density of points `[n, 2]` on a grid: counts, smoothed by a nearly Gaussian kernel whose width falls with n^(−1/6) (Scott's rule for
 * points that fill about a fifth of the width by their deviation). Points outside are counted but not shown.
 */
export function pointDensity(points: ArrayLike<number>, options: PointDensityOptions): Field {
  const [columns, rows] = sizeOfGrid(options)
  const { x, y, suits = points.length / 2 } = options
  const values = new Float64Array(columns * rows)
  for (let i = 0; i + 1 < points.length; i += 2) {
    const c = Math.floor(((points[i]! - x[0]) / (x[1] - x[0])) * columns)
    const r = Math.floor(((points[i + 1]! - y[0]) / (y[1] - y[0])) * rows)
    if (c >= 0 && c < columns && r >= 0 && r < rows) values[r * columns + c]! += 1
  }
  const width = (cells: number): number => Math.max(1, 0.14 * cells * Math.max(suits, 1) ** (-1 / 6))
  blur2({ data: values, width: columns, height: rows }, width(columns), width(rows))
  const field = { x, y, columns, rows, values }
  const scale = 1 / (Math.max(points.length / 2, 1) * cellArea(field))
  for (let i = 0; i < values.length; i++) values[i]! *= scale
  return field
}

/** What {@link marginals} tells of one column. */
export interface Marginal {
  readonly histogram: Histogram
  readonly curve: Curve
}

/** Options of {@link marginals}. */
export interface MarginalsOptions {
  /** Values of a row. */
  readonly width: number
  /** A range for each column. Default what holds 99.6 % of its values. */
  readonly ranges?: readonly Range[]
  readonly bins?: number
}

/** The histogram and a smooth density of each column of rows `[n, width]`. */
export function marginals(rows: ArrayLike<number>, { width, ranges, bins }: MarginalsOptions): Marginal[] {
  return Array.from({ length: width }, (_, column) => {
    const values = columnOf(rows, width, column)
    const range = ranges?.[column] ?? rangeOf(values, { share: 0.996 })
    return {
      histogram: histogram(values, { range, ...(bins !== undefined && { bins }) }),
      curve: kernelDensity(values, { range }),
    }
  })
}
