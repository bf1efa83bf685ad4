import { digamma, lbeta, lgamma, lgamma1p, lgammaRise, stirlingRemainder } from './gamma.js'
import { log1pmx } from './log-space.js'

/** ln v, given w = 1 − v, whichever is the more exact. */
const logOf = (v: number, w: number): number => (v < 0.5 ? Math.log(v) : Math.log1p(-w))

/** xᵃ yᵇ / B(a, b) with y = 1 − x, without the cancellation of large logarithms. */
function prefactor(a: number, b: number, x: number, y: number): number {
  if (Math.min(a, b) < 8) return Math.exp(a * logOf(x, y) + b * logOf(y, x) - lbeta(a, b))
  // with e = x (a + b) / a − 1 the linear terms of the two logarithms cancel
  const total = a + b
  const d = b * x - a * y
  const part = (v: number, e: number, z: number): number =>
    Math.abs(e) < 0.5 ? v * log1pmx(e) : v * (Math.log((z * total) / v) - e)
  const remainder = stirlingRemainder(a) + stirlingRemainder(b) - stirlingRemainder(total)
  const scale = Math.sqrt(((a / total) * b) / (2 * Math.PI))
  return scale * Math.exp(part(a, d / a, x) + part(b, -d / b, y) - remainder)
}

/** The Beta(a, b) density xᵃ⁻¹ (1 − x)ᵇ⁻¹ / B(a, b): the derivative of I_x(a, b) in x. */
export function betaDensity(a: number, b: number, x: number): number {
  if (!(a >= 0 && b >= 0 && x >= 0 && x <= 1)) return Number.NaN
  const limit = (shape: number, other: number): number =>
    shape < 1 ? Number.POSITIVE_INFINITY : shape === 1 ? other : 0
  if (x === 0) return limit(a, b)
  if (x === 1) return limit(b, a)
  const y = 1 - x
  const exact = prefactor(a, b, x, y) / x / y
  return x > 1e-100 ? exact : Math.exp((a - 1) * Math.log(x) - lbeta(a, b))
}

/** A value and the derivatives of its logarithm in a and b. */
type Dual = [value: number, a: number, b: number]

/** I_x(a, b) / (xᵃ yᵇ / B) as a continued fraction (DiDonato and Morris 1992, eq. 4.1), by Lentz's method. */
function fraction(a: number, b: number, x: number, y: number, slopes: boolean): Dual {
  const lambda = a * y - b * x
  let numerator = 1
  let [numeratorA, numeratorB] = [0, 0]
  let [d, dA, dB] = [0, 0, 0]
  let [inverseC, inverseCA, inverseCB] = [0, 0, 0]
  let [value, logA, logB] = [1, 0, 0]
  let [stepA, stepB] = [0, 0]
  for (let n = 0; n < 1e6; n++) {
    const p = a + 2 * n - 1
    const q = a + 2 * n + 1
    const bracket = lambda + 1 + n * (1 + y)
    // at n = 0 the middle term is absent, whatever p is
    const middle = n === 0 ? 0 : (n * x) / p
    const beta = n + middle * (b - n) + ((a + n) / q) * bracket
    const old = d
    d = 1 / (numerator * d + beta)
    const c = n === 0 ? 1 : beta + numerator * inverseC
    if (slopes) {
      const betaA = (n === 0 ? 0 : (-middle * (b - n)) / p) + ((n + 1) / (q * q)) * bracket + ((a + n) / q) * y
      const betaB = middle - ((a + n) / q) * x
      dA = -d * d * (numeratorA * old + numerator * dA + betaA)
      dB = -d * d * (numeratorB * old + numerator * dB + betaB)
      const cA = n === 0 ? 0 : betaA + numeratorA * inverseC + numerator * inverseCA
      const cB = n === 0 ? 0 : betaB + numeratorB * inverseC + numerator * inverseCB
      inverseCA = n === 0 ? 0 : -cA / (c * c)
      inverseCB = n === 0 ? 0 : -cB / (c * c)
      stepA = cA / c + dA / d
      stepB = cB / c + dB / d
      logA += stepA
      logB += stepB
    }
    // Lentz starts from c = ∞
    inverseC = n === 0 ? 0 : 1 / c
    value *= c * d
    const settled =
      Math.abs(stepA) <= 1e-14 * Math.abs(logA) + 1e-300 && Math.abs(stepB) <= 1e-14 * Math.abs(logB) + 1e-300
    if (n > 0 && Math.abs(c * d - 1) < 3e-16 && settled) break
    const k = n + 1
    const r = a + 2 * k - 1
    const factor = (((a + k - 1) / r) * (a + b + k - 1) * k * x * x) / r
    numerator = factor * (b - k)
    if (slopes) {
      numeratorA = numerator * (1 / (a + k - 1) + 1 / (a + b + k - 1) - 2 / r)
      numeratorB = factor + numerator / (a + b + k - 1)
    }
    if (numerator === 0 && numeratorB === 0) break
  }
  return [value, logA, logB]
}

/** Σ (1 − b)_n xⁿ / (n! (a + n)): I_x(a, b) / (xᵃ / B). */
function series(a: number, b: number, x: number): Dual {
  let term = 1
  let termB = 0
  let [sum, sumA, sumB] = [1 / a, -1 / (a * a), 0]
  for (let n = 1; ; n++) {
    termB = (x * (termB * (n - b) - term)) / n
    term *= (x * (n - b)) / n
    sum += term / (a + n)
    sumA -= term / (a + n) ** 2
    sumB += termB / (a + n)
    const small = 1e-17 * (a + n)
    if (!(Math.abs(term) > small * sum || Math.abs(termB) > small * Math.abs(sumB)))
      return [sum, sumA / sum, sumB / sum]
  }
}

/** I_x(a, b) where x is not past the mean, with the derivatives of its logarithm. */
function lower(a: number, b: number, x: number, y: number, slopes: boolean): Dual {
  const power = (b <= 1 && x <= 0.9) || (b * x <= 1 && x <= 0.7)
  const [value, logA, logB] = power ? series(a, b, x) : fraction(a, b, x, y, slopes)
  const scale = power ? Math.exp(a * logOf(x, y) - lbeta(a, b)) : prefactor(a, b, x, y)
  if (!slopes) return [scale * value, 0, 0]
  const psi = digamma(a + b)
  return [scale * value, logA + logOf(x, y) + psi - digamma(a), logB + (power ? 0 : logOf(y, x)) + psi - digamma(b)]
}

/** I_x(a, b) for b < 1 and x near 1, where 1 − I_y(b, a) would cancel: −expm1(L) − b e^L Σ (1 − a)_n yⁿ / (n! (b + n)). */
function nearOne(a: number, b: number, y: number): number {
  const log = b * Math.log(y) - (b < 0.5 ? lgamma1p(b) : lgamma(b + 1)) + lgammaRise(a, b)
  let term = 1
  let sum = 0
  for (let n = 1; ; n++) {
    term *= (y * (n - a)) / n
    sum += term / (b + n)
    if (!(Math.abs(term) > 1e-17 * Math.abs(sum) * (b + n))) break
  }
  return -Math.expm1(log) - b * Math.exp(log) * sum
}

/** The limits that no formula covers: `undefined` inside 0 < a, b < ∞, 0 < x < 1. */
function limit(a: number, b: number, x: number): number | undefined {
  if (!(a >= 0 && b >= 0 && x >= 0 && x <= 1)) return Number.NaN
  const infinite = (a === Number.POSITIVE_INFINITY ? 1 : 0) + (b === Number.POSITIVE_INFINITY ? 1 : 0)
  if ((a === 0 && b === 0) || infinite === 2) return Number.NaN
  if (x === 0 || x === 1) return x
  if (a === 0 || b === Number.POSITIVE_INFINITY) return 1
  return b === 0 || a === Number.POSITIVE_INFINITY ? 0 : undefined
}

const pastMean = (a: number, b: number, x: number): boolean => x > (a + 1) / (a + b + 2)

/** The regularised incomplete beta function I_x(a, b) = ∫₀ˣ tᵃ⁻¹ (1 − t)ᵇ⁻¹ dt / B(a, b), relative accuracy in the left tail. */
export function betainc(a: number, b: number, x: number): number {
  const at = limit(a, b, x)
  if (at !== undefined) return at
  const y = 1 - x
  if (!pastMean(a, b, x)) return lower(a, b, x, y, false)[0]
  const upper = lower(b, a, y, x, false)[0]
  return upper > 0.9 && b < 1 ? nearOne(a, b, y) : 1 - upper
}

/** ∂I_x(a, b)/∂a and ∂I_x(a, b)/∂b, by differentiating the series or the fraction term by term. */
export function betaincSlopes(a: number, b: number, x: number): [a: number, b: number] {
  const at = limit(a, b, x)
  if (at !== undefined) return Number.isNaN(at) ? [at, at] : [0, 0]
  const y = 1 - x
  if (pastMean(a, b, x)) {
    const [value, logB, logA] = lower(b, a, y, x, true)
    return [-value * logA, -value * logB]
  }
  const [value, logA, logB] = lower(a, b, x, y, true)
  return [value * logA, value * logB]
}
