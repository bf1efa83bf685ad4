import { horner, piCotPi, sinPi } from './polynomial.js'

// The constants come from fixtures/python/special_coefficients.py.

// ln Γ(2 + z) = z (1 − γ) + Σ (−1)^k (ζ(k) − 1) z^k / k, |z| < 2 (Abramowitz and Stegun 6.1.33)
const LGAMMA = [
  0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986, 0.0028905103307415234,
  -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939, 9.945751278180853e-5, -4.492623673813314e-5,
  2.050721277567069e-5, -9.439488275268397e-6, 4.374866789907488e-6, -2.039215753801366e-6, 9.55141213040742e-7,
  -4.492469198764566e-7, 2.1207184805554665e-7, -1.0043224823968099e-7, 4.7698101693639804e-8, -2.2711094608943164e-8,
  1.0838659214896955e-8, -5.183475041970047e-9, 2.4836745438024785e-9, -1.1921401405860912e-9, 5.731367241678862e-10,
  -2.7595228851242334e-10, 1.330476437424449e-10,
]
const ONE_MINUS_EULER = 0.42278433509846713

// Stirling's remainder: B_2k / (2k (2k − 1))
const STIRLING = [
  0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953, 0.0008417508417508417,
  -0.0019175269175269176, 0.00641025641025641, -0.029550653594771242, 0.17964437236883057, -1.3924322169059011,
]
// ψ(x) ~ ln x − 1/2x − Σ B_2k / (2k x^2k)
const DIGAMMA = [
  0.08333333333333333, -0.008333333333333333, 0.003968253968253968, -0.004166666666666667, 0.007575757575757576,
  -0.021092796092796094, 0.08333333333333333, -0.4432598039215686, 3.0539543302701198, -26.456212121212122,
]
// Hurwitz zeta by Euler–Maclaurin: B_2k / (2k)!
const EULER_MACLAURIN = [
  0.08333333333333333, -0.001388888888888889, 3.306878306878307e-5, -8.267195767195768e-7, 2.08767569878681e-8,
  -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13, 8.586062056277845e-15,
  -2.174868698558062e-16, 5.5090028283602295e-18, -1.3954464685812522e-19,
]

const HALF_LOG_2PI = 0.9189385332046728
const LOG_PI = 1.1447298858494002

const lgamma2p = (z: number): number => z * (ONE_MINUS_EULER + z * horner(LGAMMA, z))

/** ln Γ(1 + z) for |z| ≤ 1/2, accurate relative to its value near z = 0. */
export const lgamma1p = (z: number): number => lgamma2p(z) - Math.log1p(z)

/** ln Γ(x) − (x − ½) ln x + x − ½ ln 2π for x ≥ 8. */
export const stirlingRemainder = (x: number): number => horner(STIRLING, 1 / (x * x)) / x

/** ln |Γ(x)|: +∞ at the poles 0, −1, −2, …. */
export function lgamma(x: number): number {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? x : Number.POSITIVE_INFINITY
  if (x <= 0 && Number.isInteger(x)) return Number.POSITIVE_INFINITY
  if (x < -0.5) return LOG_PI - Math.log(Math.abs(sinPi(x))) - lgamma(1 - x)
  if (x < 0.5) return lgamma1p(x) - Math.log(Math.abs(x))
  if (x < 1.5) return lgamma1p(x - 1)
  if (x >= 8) return (x - 0.5) * Math.log(x) - x + HALF_LOG_2PI + stirlingRemainder(x)
  let product = 1
  let z = x - 2
  while (z > 0.5) {
    product *= z + 1
    z -= 1
  }
  return Math.log(product) + lgamma2p(z)
}

/** ψ(x) = d ln Γ(x) / dx: −∞ at 0, NaN at the other poles. */
export function digamma(x: number): number {
  if (x === 0) return -1 / x
  if (x === Number.POSITIVE_INFINITY) return x
  if (x < 0) return Number.isInteger(x) || !Number.isFinite(x) ? Number.NaN : digamma(1 - x) - piCotPi(x)
  let sum = 0
  let z = x
  while (z < 10) {
    sum -= 1 / z
    z += 1
  }
  const w = 1 / (z * z)
  return sum + (Math.log(z) - 0.5 / z - w * horner(DIGAMMA, w))
}

/** ζ(s, x) = Σ (x + k)^−s for x > 0 and whole s ≥ 2, by Euler–Maclaurin. */
function hurwitzZeta(s: number, x: number): number {
  let sum = 0
  let z = x
  while (z < 10 + s) {
    sum += z ** -s
    z += 1
  }
  const w = 1 / (z * z)
  let term = s / z
  let tail = 1 / 2 + z / (s - 1)
  for (let k = 0; k < EULER_MACLAURIN.length; k++) {
    tail += term * EULER_MACLAURIN[k]!
    term *= (s + 2 * k + 1) * (s + 2 * k + 2) * w
  }
  return sum + z ** -s * tail
}

/** dⁿ(π cot πx)/dxⁿ: with c = cot πx, each derivative of P(c) is −π (1 + c²) P′(c). */
function piCotPiDerivative(n: number, x: number): number {
  const c = piCotPi(x) / Math.PI
  let p = [0, 1]
  for (let i = 0; i < n; i++) {
    const next = new Array<number>(p.length + 1).fill(0)
    for (let k = 1; k < p.length; k++) {
      next[k - 1]! += k * p[k]!
      next[k + 1]! += k * p[k]!
    }
    p = next
  }
  return Math.PI * (-Math.PI) ** n * horner(p, c)
}

/** The nth derivative of ψ, n = 0, 1, 2, …: ψ⁽ⁿ⁾(x) = (−1)^(n+1) n! ζ(n + 1, x). */
export function polygamma(n: number, x: number): number {
  if (n === 0) return digamma(x)
  const sign = n % 2 === 1 ? 1 : -1
  if (x <= 0) {
    // ψ⁽ⁿ⁾(x) → ∞ on both sides of a pole for odd n, on one side for even n
    if (Number.isInteger(x)) return sign === 1 ? Number.POSITIVE_INFINITY : Number.NaN
    if (!Number.isFinite(x)) return Number.NaN
    return -sign * polygamma(n, 1 - x) - piCotPiDerivative(n, x)
  }
  if (x === Number.POSITIVE_INFINITY) return 0 * sign
  let factorial = 1
  for (let k = 2; k <= n; k++) factorial *= k
  return sign * factorial * hurwitzZeta(n + 1, x)
}

/** ψ′(x). */
export const trigamma = (x: number): number => polygamma(1, x)

/** ln Γ(b) − ln Γ(a + b) for b ≥ 8, without the cancellation of the two (a ≥ 0). */
function lgammaDrop(a: number, b: number): number {
  return a - (b - 0.5) * Math.log1p(a / b) - a * Math.log(a + b) + stirlingRemainder(b) - stirlingRemainder(a + b)
}

/** ln Γ(a + b) − ln Γ(a) for a > 0, b ≥ 0, accurate relative to its value when b is small. */
export function lgammaRise(a: number, b: number): number {
  if (b < 0.01 * Math.min(a, 1)) {
    let sum = 0
    let power = b
    for (let k = 0; k < 8; k++) {
      sum += power * polygamma(k, a)
      power *= b / (k + 2)
    }
    return sum
  }
  if (a + b <= 0.5) return lgamma1p(a + b) - lgamma1p(a) - Math.log1p(b / a)
  return a >= 8 ? -lgammaDrop(b, a) : lgamma(a + b) - lgamma(a)
}

/** ln B(a, b) for a, b > 0 (the large arguments by differences of Stirling's remainders, as DiDonato and Morris 1992). */
export function lbeta(x: number, y: number): number {
  const a = Math.min(x, y)
  const b = Math.max(x, y)
  if (!(a >= 0)) return Number.NaN
  if (a === 0) return Number.POSITIVE_INFINITY
  if (b === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY
  if (b < 8) return lgamma(a) + (lgamma(b) - lgamma(a + b))
  if (a < 8) return lgamma(a) + lgammaDrop(a, b)
  const remainder = stirlingRemainder(a) + stirlingRemainder(b) - stirlingRemainder(a + b)
  const ratio = a / b
  // (a − ½) ln(a / (a + b)) written with ln(ratio / (1 + ratio))
  return (
    HALF_LOG_2PI - 0.5 * Math.log(b) + (a - 0.5) * Math.log(ratio / (1 + ratio)) - b * Math.log1p(ratio) + remainder
  )
}
