import { bits, type Code } from './code.js'
import type { WasmModule } from './module.js'
import { doubles, rounded, series, type Wide, w, wide, wideFunction } from './wide.js'

/** A function of one or two numbers, on two doubles at a time; `s` binds what is used more than once. */
type Formula = (x: readonly Code[], s: Wide, module: WasmModule) => Code

const SIGN = doubles(-0)
const INFINITE = doubles(Number.POSITIVE_INFINITY)
const ONE = doubles(1)
/** The size of x with the sign of y. */
const signed = (x: Code, y: Code): Code => bits.or(x, bits.and(y, SIGN))
const choose = (mask: Code, a: Code, b: Code): Code => bits.select(a, b, mask)

/** (1 + 2x) exp(x²) erfc(x) in powers of t = (x − 3.75) / (x + 3.75), for x ≥ 0: interpolated at Chebyshev's points to 1e-12 of core's own. */
const ERFCX = [
  1.237512630837, -0.1402405985882, 0.00358541564894, 0.08227673860902, -0.1088039345473, 0.09230431965423,
  -0.05869335273151, 0.02836228551635, -0.009746819826184, 0.001755605544959, 0.0002944263122879, -0.0002901358037116,
  0.00005039036717562, 0.00002240376693862, -0.00001011254688819, -0.000001035152054101, 9.400353883393e-7,
]
// Wichura, "Algorithm AS 241: The percentage points of the normal distribution" (1988), PPND16: around the middle, and of two parts of the tails
const MIDDLE = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852546,
  ],
] as const
const TAIL = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
] as const
const FAR = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
] as const
/** √x e^−x I₀(x) and the same of I₁ in powers of 16/x − 1, for x > 8: interpolated at Chebyshev's points to 2e-10 of core's own. */
const BESSEL_FAR = [
  [
    0.4021765094311, 0.003360551958229, 0.0001362167837912, 0.00001114359555673, 0.000001478017996859,
    2.937246522006e-7, 1.056358046903e-7, 4.976337752538e-8, 1.521809593896e-9, -8.063787930723e-9,
  ],
  [
    0.3893984590407, -0.009749577164822, -0.0002192365181839, -0.00001503917115879, -0.000001828726722457,
    -3.443786302082e-7, -1.178745852215e-7, -5.450936640727e-8, -2.428794516618e-9, 8.326670126735e-9,
  ],
] as const
/** 1 / (k! (k + n)!) */
const ascending = (n: number): number[] => {
  const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1))
  return Array.from({ length: 22 }, (_, k) => 1 / (factorial(k) * factorial(k + n)))
}
/** (−1)ᵏ / (2k + 1) */
const ATAN = Array.from({ length: 14 }, (_, k) => (k % 2 === 0 ? 1 : -1) / (2 * k + 1))
/** (−1)ᵏ / n!, n = 2k + 1 or 2k */
const alternating = (first: 0 | 1): number[] => {
  const terms = [1]
  for (let k = 1; k < 9; k++) terms.push(-terms[k - 1]! / ((2 * k + first - 1) * (2 * k + first)))
  return terms
}
const [COS, SIN] = [alternating(0), alternating(1)]
/** The first 33 bits of π/2, and what is left. */
const HALF_PI = [1.5707963267341256, 6.077100506506192e-11] as const
const ROOT_HALF = Math.SQRT1_2

const ratio = ([p, q]: readonly (readonly number[])[], r: Code): Code => w.div(series(r, p!), series(r, q!))

/** ln(1 + x): the rounding of 1 + x is divided out (Kahan). */
const log1p: Formula = ([x], s, module) => {
  const u = s.let(w.add(x!, ONE))
  const rest = s.let(w.sub(u, ONE))
  const value = s.let(w.div(w.mul(wide.log(module)(u), x!), rest))
  return choose(bits.or(w.eq(rest, doubles(0)), w.eq(x!, INFINITE)), x!, value)
}

/** exp(x²) erfc(x) for x ≥ 0 */
const erfcx: Formula = ([x], s) => {
  // beyond, t would be ∞ / ∞
  const held = s.let(w.min(x!, doubles(1e100)))
  const t = s.let(w.div(w.sub(held, doubles(3.75)), w.add(held, doubles(3.75))))
  return w.div(series(t, ERFCX), w.add(ONE, w.add(x!, x!)))
}

/** erfc |x| = exp(−x²) erfcx |x|: x² of a float is exact. */
const tail = (x: Code, s: Wide, module: WasmModule, scale = 1): Code => {
  const square = w.mul(w.mul(x, x), doubles(-scale * scale))
  const size = w.mul(w.abs(x), doubles(scale))
  return s.let(w.mul(wide.exp(module)(square), helper('erfcx', erfcx)(module, size)))
}

const erfc: Formula = ([x], s, module) => {
  const value = tail(x!, s, module)
  return choose(w.lt(x!, doubles(0)), w.sub(doubles(2), value), value)
}

const ndtr: Formula = ([x], s, module) => {
  const value = s.let(w.mul(tail(x!, s, module, ROOT_HALF), doubles(0.5)))
  return choose(w.gt(x!, doubles(0)), w.sub(ONE, value), value)
}

const logNdtr: Formula = ([x], s, module) => {
  const small = w.mul(helper('erfcx', erfcx)(module, w.mul(w.abs(x!), doubles(ROOT_HALF))), doubles(0.5))
  const half = w.mul(w.mul(x!, x!), doubles(0.5))
  const left = s.let(w.sub(wide.log(module)(small), half))
  const right = helper('log1p', log1p)(module, w.mul(tail(x!, s, module, ROOT_HALF), doubles(-0.5)))
  return choose(w.gt(x!, doubles(0)), right, left)
}

/** φ(x) / Φ(x) */
const normalHazard: Formula = ([x], s, module) => {
  const scaled = s.let(helper('erfcx', erfcx)(module, w.mul(w.abs(x!), doubles(ROOT_HALF))))
  const gauss = s.let(wide.exp(module)(w.mul(w.mul(x!, x!), doubles(-0.5))))
  const root = doubles(Math.sqrt(2 / Math.PI))
  const below = s.let(w.div(root, scaled))
  const above = w.div(w.mul(root, gauss), w.sub(doubles(2), w.mul(gauss, scaled)))
  return choose(w.gt(x!, doubles(0)), above, below)
}

/** Φ⁻¹(½ + q), given the smaller tail ½ − |q|. */
const quantile = (q: Code, smaller: Code, s: Wide, module: WasmModule): Code => {
  const middle = s.let(w.mul(q, ratio(MIDDLE, s.let(w.sub(doubles(0.180625), w.mul(q, q))))))
  const r = s.let(w.sqrt(w.neg(wide.log(module)(smaller))))
  const near = ratio(TAIL, s.let(w.sub(r, doubles(1.6))))
  const far = ratio(FAR, s.let(w.sub(r, doubles(5))))
  const outer = s.let(signed(s.let(choose(w.le(r, doubles(5)), s.let(near), s.let(far))), q))
  const edge = s.let(choose(w.eq(smaller, doubles(0)), signed(INFINITE, q), outer))
  const value = s.let(choose(w.le(w.abs(q), doubles(0.425)), middle, edge))
  // NaN outside
  return choose(w.lt(smaller, doubles(0)), doubles(Number.NaN), value)
}

const ndtri: Formula = ([p], s, module) => {
  const smaller = s.let(w.min(p!, w.sub(ONE, p!)))
  return quantile(s.let(w.sub(p!, doubles(0.5))), smaller, s, module)
}

const erfinv: Formula = ([x], s, module) => {
  const smaller = s.let(w.mul(w.sub(ONE, w.abs(x!)), doubles(0.5)))
  return w.mul(quantile(s.let(w.mul(x!, doubles(0.5))), smaller, s, module), doubles(ROOT_HALF))
}

/** e^−|x| Iₙ(x): its power series, and beyond 8 a polynomial in 16/x. */
const bessel =
  (n: 0 | 1): Formula =>
  ([x], s, module) => {
    const size = s.let(w.abs(x!))
    const near = s.let(w.min(size, doubles(8)))
    const half = s.let(w.mul(near, doubles(0.5)))
    const sum = s.let(w.mul(series(s.let(w.mul(half, half)), ascending(n)), wide.exp(module)(w.neg(near))))
    const t = s.let(w.sub(w.div(doubles(16), size), ONE))
    const far = s.let(w.div(series(t, BESSEL_FAR[n]), w.sqrt(size)))
    const value = s.let(choose(w.gt(size, doubles(8)), far, n === 0 ? sum : s.let(w.mul(sum, half))))
    return n === 0 ? value : signed(value, x!)
  }

/** x = k π/2 + r, with the sine and the cosine of r: exchanged where k is odd. */
const tan: Formula = ([x], s) => {
  const k = s.let(w.nearest(w.mul(x!, doubles(2 / Math.PI))))
  const left = w.sub(w.sub(x!, w.mul(k, doubles(HALF_PI[0]))), w.mul(k, doubles(HALF_PI[1])))
  // of numbers whose turns cannot be told, anything within one
  const r = s.let(w.max(w.min(left, doubles(Math.PI / 4)), doubles(-Math.PI / 4)))
  const z = s.let(w.mul(r, r))
  const sine = s.let(w.mul(series(z, SIN), r))
  const cosine = s.let(series(z, COS))
  const odd = s.let(w.ne(w.sub(k, w.mul(w.floor(w.mul(k, doubles(0.5))), doubles(2))), doubles(0)))
  return w.div(choose(odd, w.neg(cosine), sine), choose(odd, sine, cosine))
}

/** The angle of (x, y), in (−π, π]: by the quotient of the smaller and the larger, above tan π/8 turned by π/4. */
const atan2: Formula = ([y, x], s) => {
  const [height, width] = [s.let(w.abs(y!)), s.let(w.abs(x!))]
  const [least, most] = [s.let(w.min(height, width)), s.let(w.max(height, width))]
  const plain = s.let(choose(w.eq(most, doubles(0)), doubles(0), s.let(w.div(least, most))))
  const q = s.let(choose(w.eq(least, INFINITE), ONE, plain))
  const large = s.let(w.gt(q, doubles(Math.SQRT2 - 1)))
  const t = s.let(choose(large, s.let(w.div(w.sub(q, ONE), w.add(q, ONE))), q))
  const sum = s.let(w.mul(series(s.let(w.mul(t, t)), ATAN), t))
  const angle = s.let(w.add(sum, bits.and(large, doubles(Math.PI / 4))))
  const steep = s.let(choose(w.gt(height, width), s.let(w.sub(doubles(Math.PI / 2), angle)), angle))
  // the sign of a zero counts
  const left = w.lt(signed(ONE, x!), doubles(0))
  return signed(s.let(choose(left, s.let(w.sub(doubles(Math.PI), steep)), steep)), y!)
}

/** √(1 − x²) */
const leg = (x: Code): Code => w.sqrt(w.mul(w.sub(ONE, x), w.add(ONE, x)))

/** aᵇ = e^(b ln |a|), negative for a negative a and an odd b; NaN for a negative a and a b that is no whole number; its limits are IEEE 754's. */
const pow: Formula = ([a, b], s, module) => {
  const size = s.let(wide.exp(module)(w.mul(b!, wide.log(module)(w.abs(a!)))))
  const half = s.let(w.mul(b!, doubles(0.5)))
  const whole = w.eq(w.floor(b!), b!)
  const odd = bits.and(s.let(whole), w.ne(w.floor(half), half))
  const value = s.let(bits.xor(size, bits.and(bits.and(a!, SIGN), odd)))
  const broken = bits.andNot(bits.and(w.lt(a!, doubles(0)), w.gt(a!, doubles(Number.NEGATIVE_INFINITY))), whole)
  const real = s.let(choose(broken, doubles(Number.NaN), value))
  const back = bits.and(w.eq(a!, doubles(-1)), w.eq(w.abs(b!), INFINITE))
  return choose(bits.or(bits.or(w.eq(b!, doubles(0)), w.eq(a!, ONE)), back), ONE, real)
}

/** (eˣ − e⁻ˣ) / 2 = (e + e / (e + 1)) / 2 with e = e^|x| − 1. */
const sinh: Formula = ([x], s, module) => {
  const e = s.let(wide.expm1(module)(w.abs(x!)))
  const value = w.mul(w.add(e, w.div(e, w.add(e, ONE))), doubles(0.5))
  return signed(s.let(value), x!)
}
const cosh: Formula = ([x], s, module) => {
  const e = s.let(wide.exp(module)(w.abs(x!)))
  return w.mul(w.add(e, w.div(ONE, e)), doubles(0.5))
}

/** ln(1 − eˣ) for x < 0 (Mächler 2012). */
const log1mexp: Formula = ([x], s, module) => {
  const near = s.let(wide.log(module)(w.neg(wide.expm1(module)(x!))))
  const far = s.let(helper('log1p', log1p)(module, w.neg(wide.exp(module)(x!))))
  return choose(w.gt(x!, doubles(-Math.LN2)), near, far)
}

/** Where both are 0, 0. */
const unlessNone = ([x, y]: readonly Code[], value: Code): Code =>
  choose(bits.and(w.eq(x!, doubles(0)), w.eq(y!, doubles(0))), doubles(0), value)
/** Where x is 0 and y a number, 0. */
const unlessZero = ([x, y]: readonly Code[], value: Code): Code =>
  choose(bits.and(w.eq(x!, doubles(0)), w.eq(y!, y!)), doubles(0), value)

const FORMULAS: Readonly<Record<string, readonly [Formula, 1 | 2]>> = {
  Tan: [tan, 1],
  Atan: [([x], s, module) => atan2([x!, ONE], s, module), 1],
  Atan2: [atan2, 2],
  Asin: [([x], s, module) => atan2([x!, s.let(leg(x!))], s, module), 1],
  Acos: [([x], s, module) => atan2([s.let(leg(x!)), x!], s, module), 1],
  Asinh: [
    ([x], s, module) => {
      const size = s.let(w.abs(x!))
      const z = s.let(w.mul(size, size))
      const more = w.add(size, w.div(z, w.add(ONE, w.sqrt(w.add(z, ONE)))))
      const value = s.let(helper('log1p', log1p)(module, more))
      return signed(s.let(choose(w.lt(size, INFINITE), value, size)), x!)
    },
    1,
  ],
  Acosh: [
    ([x], s, module) => {
      const t = s.let(w.sub(x!, ONE))
      return helper('log1p', log1p)(module, w.add(t, w.mul(w.sqrt(t), w.sqrt(w.add(t, doubles(2))))))
    },
    1,
  ],
  Atanh: [
    ([x], _, module) => {
      const turned = w.div(w.add(x!, x!), w.sub(ONE, x!))
      return w.mul(helper('log1p', log1p)(module, turned), doubles(0.5))
    },
    1,
  ],
  Sinh: [sinh, 1],
  Cosh: [cosh, 1],
  Pow: [pow, 2],
  EbbflowErfc: [erfc, 1],
  EbbflowErfinv: [erfinv, 1],
  EbbflowNdtr: [ndtr, 1],
  EbbflowNdtri: [ndtri, 1],
  EbbflowLogNdtr: [logNdtr, 1],
  EbbflowNormalHazard: [normalHazard, 1],
  EbbflowBesselI0e: [bessel(0), 1],
  EbbflowBesselI1e: [bessel(1), 1],
  EbbflowLog1mexp: [log1mexp, 1],
  EbbflowLogExpm1: [
    ([x], s, module) => {
      const near = s.let(wide.log(module)(wide.expm1(module)(x!)))
      return choose(w.gt(x!, ONE), s.let(w.add(x!, helper('log1mexp', log1mexp)(module, w.neg(x!)))), near)
    },
    1,
  ],
  EbbflowLogAddExp: [
    ([a, b], s, module) => {
      const far = wide.exp(module)(w.neg(w.abs(w.sub(a!, b!))))
      const value = s.let(w.add(w.max(a!, b!), helper('log1p', log1p)(module, far)))
      return choose(w.eq(a!, b!), s.let(w.add(a!, doubles(Math.LN2))), value)
    },
    2,
  ],
  EbbflowLogSubExp: [
    ([a, b], s, module) => {
      const value = s.let(w.add(a!, helper('log1mexp', log1mexp)(module, w.sub(b!, a!))))
      const none = choose(w.eq(a!, INFINITE), doubles(Number.NaN), doubles(Number.NEGATIVE_INFINITY))
      return choose(w.eq(a!, b!), s.let(none), value)
    },
    2,
  ],
  EbbflowDifference: [([a, b], s) => choose(w.eq(a!, b!), doubles(0), s.let(w.sub(a!, b!))), 2],
  EbbflowSafeReciprocal: [(x, s) => unlessNone(x, s.let(w.div(ONE, x[1]!))), 2],
  EbbflowSafeLog: [(x, s, module) => unlessNone(x, s.let(wide.log(module)(x[1]!))), 2],
  EbbflowXdivy: [(x, s) => unlessZero(x, s.let(w.div(x[0]!, x[1]!))), 2],
  EbbflowXlogy: [(x, s, module) => unlessZero(x, s.let(w.mul(x[0]!, wide.log(module)(x[1]!)))), 2],
}

/** A formula as a function of its own. */
function helper(name: string, formula: Formula): (module: WasmModule, ...x: Code[]) => Code {
  return (module, ...x) => wideFunction(module, name, (given, s) => formula(given, s, module), x.length)(...x)
}

/** Functions that are computed in double precision and rounded once, by their kernels' names. */
export const SPECIAL = Object.keys(FORMULAS)

/** The code of a function of four lanes of floats. */
export function special(module: WasmModule, name: string): (...x: Code[]) => Code {
  const [formula, count] = FORMULAS[name]!
  return rounded(module, name, (...x) => helper(name, formula)(module, ...x), count)
}
