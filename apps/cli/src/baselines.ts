import { EbbflowError } from '@ebbflow/core'

/** Rows of one width, row-major. */
export interface Matrix {
  readonly values: Float64Array
  readonly width: number
}

const LOG_2PI = Math.log(2 * Math.PI)
const rowsOf = (m: Matrix): number => m.values.length / m.width

/**
 * The mean negative log-likelihood of `test` under the full Gaussian with the mean and covariance of `train`, in nats.
 *
 * @throws EbbflowError `singular` when a column is a linear function of others.
 */
export function gaussianNll(train: Matrix, test: Matrix): number {
  const d = train.width
  const n = rowsOf(train)
  const mean = new Float64Array(d)
  for (let i = 0; i < train.values.length; i++) mean[i % d]! += train.values[i]! / n
  const lower = new Float64Array(d * d)
  for (let r = 0; r < n; r++)
    for (let i = 0; i < d; i++) {
      const a = train.values[r * d + i]! - mean[i]!
      for (let j = 0; j <= i; j++) lower[i * d + j]! += (a * (train.values[r * d + j]! - mean[j]!)) / n
    }
  cholesky(lower, d)
  let logDet = 0
  for (let i = 0; i < d; i++) logDet += Math.log(lower[i * d + i]!)
  const z = new Float64Array(d)
  let squares = 0
  for (let r = 0; r < rowsOf(test); r++)
    for (let i = 0; i < d; i++) {
      let rest = test.values[r * d + i]! - mean[i]!
      for (let j = 0; j < i; j++) rest -= lower[i * d + j]! * z[j]!
      z[i] = rest / lower[i * d + i]!
      squares += z[i]! ** 2
    }
  return (d * LOG_2PI) / 2 + logDet + squares / (2 * rowsOf(test))
}

/** Replaces the lower triangle of a symmetric matrix by its Cholesky factor. */
function cholesky(a: Float64Array, d: number): void {
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * d + j]!
      for (let k = 0; k < j; k++) sum -= a[i * d + k]! * a[j * d + k]!
      if (i !== j) a[i * d + j] = sum / a[j * d + j]!
      else if (sum > 1e-12 * a[i * d + i]!) a[i * d + i] = Math.sqrt(sum)
      else throw new EbbflowError('singular', `column ${i + 1} is a linear function of the columns before it`)
    }
}

/** What a kernel density estimate came to, and what it was made from. */
export interface KernelEstimate {
  readonly nll: number
  /** Factor on Scott's bandwidth n^(−1/(d + 4)) · deviation, chosen on the validation rows. */
  readonly bandwidth: number
  /** Kernels, evenly spaced training rows. */
  readonly kernels: number
  /** Evenly spaced test rows that the likelihood is the mean of. */
  readonly testRows: number
}

const FACTORS = [0.1, 0.15, 0.2, 0.3, 0.4, 0.55, 0.75, 1]

/**
 * A kernel density estimate with a Gaussian product kernel (Scott, *Multivariate Density Estimation*, 1992): the kernels stand on at most
 * `limits.kernels` of the training rows, the bandwidth is the best of eight on the validation rows.
 */
export function kernelNll(
  parts: { train: Matrix; validation: Matrix; test: Matrix },
  limits = { kernels: 10_000, validation: 1000, test: 20_000 },
): KernelEstimate {
  const train = thin(parts.train, limits.kernels)
  const validation = thin(parts.validation, limits.validation)
  const test = thin(parts.test, limits.test)
  const scott = scottBandwidths(train)
  let best = { factor: 1, nll: Number.POSITIVE_INFINITY }
  for (const factor of FACTORS) {
    const nll = kernelMeanNll(train, scott, factor, validation)
    if (nll < best.nll) best = { factor, nll }
  }
  return {
    nll: kernelMeanNll(train, scott, best.factor, test),
    bandwidth: best.factor,
    kernels: rowsOf(train),
    testRows: rowsOf(test),
  }
}

function thin({ values, width }: Matrix, limit: number): Matrix {
  const rows = values.length / width
  if (rows <= limit) return { values, width }
  const out = new Float64Array(limit * width)
  for (let i = 0; i < limit; i++) {
    const from = Math.floor((i * rows) / limit) * width
    out.set(values.subarray(from, from + width), i * width)
  }
  return { values: out, width }
}

function scottBandwidths({ values, width }: Matrix): Float64Array {
  const n = values.length / width
  return Float64Array.from({ length: width }, (_, c) => {
    let [sum, square] = [0, 0]
    for (let i = c; i < values.length; i += width) sum += values[i]!
    for (let i = c; i < values.length; i += width) square += (values[i]! - sum / n) ** 2
    return Math.sqrt(square / n) * n ** (-1 / (width + 4))
  })
}

function kernelMeanNll(train: Matrix, scott: Float64Array, factor: number, at: Matrix): number {
  const d = train.width
  const n = rowsOf(train)
  const inverse = scott.map((h) => 1 / (h * factor))
  const scaled = train.values.map((v, i) => v * inverse[i % d]!)
  const constant = (d * LOG_2PI) / 2 + Math.log(n) - inverse.reduce((sum, h) => sum + Math.log(h), 0)
  const distances = new Float64Array(n)
  const point = new Float64Array(d)
  let total = 0
  for (let r = 0; r < rowsOf(at); r++) {
    for (let c = 0; c < d; c++) point[c] = at.values[r * d + c]! * inverse[c]!
    let nearest = Number.POSITIVE_INFINITY
    for (let i = 0; i < n; i++) {
      let distance = 0
      for (let c = 0; c < d; c++) distance += (scaled[i * d + c]! - point[c]!) ** 2
      distances[i] = distance
      if (distance < nearest) nearest = distance
    }
    let sum = 0
    // what lies 60 below the largest term does not change the sum
    for (let i = 0; i < n; i++) {
      const far = distances[i]! - nearest
      if (far < 120) sum += Math.exp(-far / 2)
    }
    total += constant + nearest / 2 - Math.log(sum)
  }
  return total / rowsOf(at)
}
