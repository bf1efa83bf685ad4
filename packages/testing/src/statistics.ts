/** The largest √n · |F_n − F| at which 4 in 40,000 samples of the right distribution are refused: Kolmogorov's law at 1e-4. */
export const KOLMOGOROV_CRITICAL = 2.2253

/** √n · sup |F_n(x) − F(x)| for the values F(xᵢ) of a sample (Kolmogorov 1933). */
export function kolmogorovSmirnov(probabilities: ArrayLike<number>): number {
  const sorted = Float64Array.from(probabilities).sort()
  const n = sorted.length
  let largest = 0
  for (let i = 0; i < n; i++) {
    const p = sorted[i]!
    if (Number.isNaN(p)) return Number.NaN
    largest = Math.max(largest, p - i / n, (i + 1) / n - p)
  }
  return Math.sqrt(n) * largest
}

/** By how many standard errors the mean of a sample is off `expected`; the sample's own spread unless `variance` is given. */
export function zScore(sample: ArrayLike<number>, expected: number, variance?: number): number {
  const values = Float64Array.from(sample)
  const n = values.length
  const mean = values.reduce((a, b) => a + b, 0) / n
  const spread = variance ?? values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1)
  // a constant sample has no spread, and its mean is off by rounding alone
  return (mean - expected) / Math.max(Math.sqrt(spread / n), 1e-9 * (1 + Math.abs(expected)))
}

/** Every `columns`-th value from `column` on. */
export const columnOf = (values: ArrayLike<number>, column: number, columns: number): Float64Array =>
  Float64Array.from({ length: values.length / columns }, (_, i) => values[i * columns + column]!)
