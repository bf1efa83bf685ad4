import { quantileFrom } from '../../random/normal.js'
import { clenshaw, horner } from './polynomial.js'

// The constants come from fixtures/python/special_coefficients.py.

// erf x = x Σ c_n x^2n, |x| < 1
const ERF = [
  1.1283791670955126, -0.37612638903183754, 0.11283791670955126, -0.026866170645131252, 0.005223977625442188,
  -0.0008548327023450853, 0.00012055332981789664, -1.492565035840625e-5, 1.6462114365889248e-6, -1.6365844691234924e-7,
  1.4807192815879218e-8, -1.2290555301717928e-9, 9.422759064650411e-11, -6.7113668551641105e-12, 4.4632242632864775e-13,
  -2.7835162072109215e-14, 1.6342614095367152e-15, -9.063970842808673e-17,
]
// (1 + 2x) exp(x²) erfc(x), x ≥ 0, in Chebyshev polynomials of (x − 3.75) / (x + 3.75) (Schonfelder 1978)
const ERFCX = [
  1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753,
  0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -6.916973302501207e-5, 4.13902798607301e-6,
  7.74038306619849e-7, -2.1886401049234397e-7, 1.076499946567091e-8, 4.521959811218287e-9, -7.754400208831351e-10,
  -6.318088340886684e-11, 2.86879501093067e-11, 1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14,
  3.3478119482868056e-14, -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624044e-17, 5.068148904796111e-17,
  -2.2370566594359995e-18, -2.187342944303018e-18, 2.6766327399258762e-20,
]

const ONE_OVER_ROOT_PI = 0.5641895835477563

/** exp(−c x²), with x² split so that its rounding does not count in the tail. */
function gaussian(c: number, x: number): number {
  if (!(Math.abs(x) < 1e4)) return Math.exp(-c * x * x)
  const high = Math.fround(x)
  return Math.exp(-c * high * high) * Math.exp(-c * (x - high) * (x + high))
}

/** exp(−x²/2), accurate in the tail. */
export const expMinusHalfSquare = (x: number): number => gaussian(0.5, x)

/** The scaled complementary error function exp(x²) erfc(x). */
export function erfcx(x: number): number {
  if (x < 0) return 2 * Math.exp(x * x) - erfcx(-x)
  if (x > 1e8) return ONE_OVER_ROOT_PI / x
  return clenshaw(ERFCX, (x - 3.75) / (x + 3.75)) / (1 + 2 * x)
}

/** The error function 2/√π ∫₀ˣ exp(−t²) dt. */
export function erf(x: number): number {
  if (Math.abs(x) < 1) return x * horner(ERF, x * x)
  return x < 0 ? erfc(-x) - 1 : 1 - erfc(x)
}

/** 1 − erf x, relative accuracy in the right tail too. */
export function erfc(x: number): number {
  if (x < 0.5) return 1 - erf(x)
  return gaussian(1, x) * erfcx(x)
}

/** The inverse of erf on [−1, 1] (through AS 241). */
export function erfinv(x: number): number {
  const tail = (1 - Math.abs(x)) / 2
  if (!(tail > 0)) return tail === 0 ? x * Number.POSITIVE_INFINITY : Number.NaN
  return quantileFrom(x / 2, () => Math.log(tail)) * Math.SQRT1_2
}
