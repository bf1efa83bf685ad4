import { erfcx } from './erf.js'
import { digamma, lgamma, lgamma1p, stirlingRemainder } from './gamma.js'
import { log1pmx } from './log-space.js'
import { horner } from './polynomial.js'

// Temme (1979), "The asymptotic expansion of the incomplete gamma functions": C_k(η) = Σ TEMME[k][n] ηⁿ, for |η| ≤ 0.4, a ≥ 100;
// the constants come from fixtures/python/special_coefficients.py.
const TEMME = [
  [
    -0.3333333333333333, 0.08333333333333333, -0.014814814814814815, 0.0011574074074074073, 0.0003527336860670194,
    -0.0001787551440329218, 3.919263178522438e-5, -2.185448510679992e-6, -1.85406221071516e-6, 8.296711340953087e-7,
    -1.7665952736826078e-7, 6.707853543401498e-9, 1.0261809784240309e-8, -4.382036018453353e-9, 9.14769958223679e-10,
    -2.5514193994946248e-11, -5.830772132550426e-11, 2.4361948020667415e-11,
  ],
  [
    -0.001851851851851852, -0.003472222222222222, 0.0026455026455026454, -0.0009902263374485596, 0.00020576131687242798,
    -4.018775720164609e-7, -1.8098550334489977e-5, 7.64916091608111e-6, -1.6120900894563446e-6, 4.647127802807434e-9,
    1.378633446915721e-7, -5.752545603517705e-8, 1.1951628599778148e-8, -1.7543241719747647e-11,
  ],
  [
    0.004133597883597883, -0.0026813271604938273, 0.0007716049382716049, 2.0093878600823047e-6, -0.0001073665322636516,
    5.2923448829120125e-5, -1.2760635188618728e-5, 3.423578734096138e-8, 1.3721957309062934e-6, -6.298992138380055e-7,
    1.4280614206064242e-7, -2.0477098421990866e-10,
  ],
  [
    0.0006494341563786008, 0.00022947209362139917, -0.0004691894943952557, 0.00026772063206283885,
    -7.561801671883977e-5, -2.396505113867297e-7, 1.1082654115347302e-5, -5.6749528269915965e-6, 1.4230900732435883e-6,
    -2.7861080291528143e-11,
  ],
  [
    -0.0008618882909167117, 0.0007840392217200666, -0.0002990724803031902, -1.4638452578843418e-6, 6.641498215465122e-5,
    -3.968365047179435e-5, 1.1375726970678419e-5, 2.507497226237533e-10,
  ],
  [
    -0.00033679855336635813, -6.972813758365857e-5, 0.0002772753244959392, -0.00019932570516188847,
    6.797780477937208e-5,
  ],
  [0.0005313079364639922, -0.0005921664373536939],
]

/** Where the uniform expansion serves: the power series and the fraction would take about √a steps. */
const isUniform = (a: number, x: number): boolean => a >= 100 && Math.abs(x - a) <= 0.35 * a

/** xᵃ e⁻ˣ / Γ(a + 1), without the cancellation of large logarithms. */
function prefactor(a: number, x: number): number {
  if (a < 8) return Math.exp(a * Math.log(x) - x - (a < 0.5 ? lgamma1p(a) : lgamma(a + 1)))
  const mu = (x - a) / a
  const exponent = Math.abs(mu) < 0.5 ? a * log1pmx(mu) : a * Math.log(x / a) + (a - x)
  return Math.exp(exponent - stirlingRemainder(a)) / Math.sqrt(2 * Math.PI * a)
}

/** The Gamma(a, 1) density xᵃ⁻¹ e⁻ˣ / Γ(a): the derivative of P(a, x) in x. */
export function gammaDensity(a: number, x: number): number {
  if (!(a >= 0 && x >= 0)) return Number.NaN
  if (a === 0 || x === Number.POSITIVE_INFINITY) return 0
  if (x === 0) return a < 1 ? Number.POSITIVE_INFINITY : a === 1 ? 1 : 0
  // a/x may overflow where xᵃ underflows
  return a < 8 && x < 1e-100 ? Math.exp((a - 1) * Math.log(x) - x - lgamma(a)) : (prefactor(a, x) * a) / x
}

/** Temme's expansion of the lower or upper tail, and −√(2πa) e^E dP/da of both. */
function uniform(a: number, x: number): { tail: number; slope: number; upper: boolean } {
  const mu = (x - a) / a
  const energy = -log1pmx(mu)
  const eta = Math.sign(mu) * Math.sqrt(2 * energy)
  const over = eta === 0 ? 1 : mu / eta
  let sum = 0
  let sumA = 0
  let power = 1
  for (let k = 0; k < TEMME.length; k++) {
    const row = TEMME[k]!
    const value = horner(row, eta)
    let slope = 0
    for (let n = row.length - 1; n > 0; n--) slope = slope * eta + n * row[n]!
    sum += power * value
    sumA -= (power * (slope * over + k * value)) / a
    power /= a
  }
  const gauss = Math.exp(-a * energy)
  const root = Math.sqrt(2 * Math.PI * a)
  const upper = eta >= 0
  const tail = gauss * (0.5 * erfcx(Math.sqrt(a * energy)) + ((upper ? 1 : -1) * sum) / root)
  const slope = (gauss / root) * (over - eta / 2 + sum * (Math.log1p(mu) - 0.5 / a) + sumA)
  return { tail, slope, upper }
}

/** Σ xⁿ / ((a + 1) … (a + n)) and minus its derivative in a. */
function series(a: number, x: number): [sum: number, slope: number] {
  let term = 1
  let sum = 1
  let harmonic = 0
  let slope = 0
  for (let n = 1; ; n++) {
    term *= x / (a + n)
    harmonic += 1 / (a + n)
    sum += term
    slope += term * harmonic
    if (!(term * harmonic > 1e-17 * Math.min(sum, slope))) return [sum, slope]
  }
}

/** Legendre's continued fraction of Γ(a, x) eˣ x⁻ᵃ by Lentz's method, and the derivative of its logarithm in a. */
function fraction(a: number, x: number): [value: number, logSlope: number] {
  let b = x + 1 - a
  let d = 1 / b
  let dA = d * d
  let inverseC = 0
  let inverseCA = 0
  let value = d
  let logSlope = d
  for (let n = 1; n < 100000; n++) {
    const numerator = -n * (n - a)
    b += 2
    const denominator = 1 / (numerator * d + b)
    dA = -denominator * denominator * (n * d + numerator * dA - 1)
    d = denominator
    const c = b + numerator * inverseC
    const cA = -1 + n * inverseC + numerator * inverseCA
    inverseC = 1 / c
    inverseCA = -cA * inverseC * inverseC
    const step = c * d
    const logStep = cA * inverseC + dA / d
    value *= step
    logSlope += logStep
    if (Math.abs(step - 1) < 2e-16 && Math.abs(logStep) <= 1e-14 * Math.abs(logSlope)) break
  }
  return [value, logSlope]
}

/** Q(a, x) for small a and x ≤ 1.1, where 1 − P would cancel: −expm1(L) − a e^L Σ (−x)^k / (k! (a + k)). */
function smallUpper(a: number, x: number): number {
  const log = a * Math.log(x) - (a < 0.5 ? lgamma1p(a) : lgamma(a + 1))
  let sum = 0
  let power = 1
  for (let k = 1; ; k++) {
    power *= -x / k
    const term = power / (a + k)
    sum += term
    if (!(Math.abs(term) > 1e-17 * Math.abs(sum))) break
  }
  return -Math.expm1(log) - a * Math.exp(log) * sum
}

/** The limits that no formula covers: `undefined` inside 0 < a, x < ∞. */
function limit(a: number, x: number): number | undefined {
  if (!(a >= 0 && x >= 0) || (a === 0 && x === 0)) return Number.NaN
  if (x === Number.POSITIVE_INFINITY) return a === x ? Number.NaN : 1
  if (a === 0) return 1
  return x === 0 || a === Number.POSITIVE_INFINITY ? 0 : undefined
}

const useSeries = (a: number, x: number): boolean => (a < 1 ? x < 1.1 : x < a + 1)

/** The regularised lower incomplete gamma function P(a, x) = ∫₀ˣ tᵃ⁻¹ e⁻ᵗ dt / Γ(a). */
export function gammainc(a: number, x: number): number {
  const at = limit(a, x)
  if (at !== undefined) return at
  if (isUniform(a, x)) {
    const { tail, upper } = uniform(a, x)
    return upper ? 1 - tail : tail
  }
  return useSeries(a, x) ? prefactor(a, x) * series(a, x)[0] : 1 - a * prefactor(a, x) * fraction(a, x)[0]
}

/** The regularised upper incomplete gamma function Q(a, x) = 1 − P(a, x), relative accuracy in the tail. */
export function gammaincc(a: number, x: number): number {
  const at = limit(a, x)
  if (at !== undefined) return 1 - at
  if (isUniform(a, x)) {
    const { tail, upper } = uniform(a, x)
    return upper ? tail : 1 - tail
  }
  if (!useSeries(a, x)) return a * prefactor(a, x) * fraction(a, x)[0]
  const lower = prefactor(a, x) * series(a, x)[0]
  return a < 1 && lower > 0.5 ? smallUpper(a, x) : 1 - lower
}

/** ∂P(a, x)/∂a, by differentiating the series, the fraction or the expansion term by term. */
export function gammaincSlope(a: number, x: number): number {
  const at = limit(a, x)
  // at a = 0 the derivative is that of the limit, −E₁(x)
  if (at !== undefined && (a !== 0 || at !== 1 || x === Number.POSITIVE_INFINITY)) return Number.isNaN(at) ? at : 0
  if (isUniform(a, x)) return -uniform(a, x).slope
  const scale = prefactor(a, x)
  if (useSeries(a, x)) {
    const [sum, slope] = series(a, x)
    return scale * ((Math.log(x) - digamma(a + 1)) * sum - slope)
  }
  const [value, logSlope] = fraction(a, x)
  return -scale * value * (1 + a * (Math.log(x) - digamma(a + 1) + logSlope))
}
