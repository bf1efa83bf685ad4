import { bits, type Code, call, d, f, f64, floats, get, ints, n, set, shuffle, splatDouble, V128 } from './code.js'
import { multiplyAdd } from './fused.js'
import type { Body, WasmModule } from './module.js'
import { Statements } from './statements.js'

/** A polynomial in x by Horner's rule, highest power first. */
const horner = (x: Code, coefficients: readonly number[]): Code =>
  coefficients.slice(1).reduce<Code>((sum, c) => multiplyAdd(sum, x, floats(c)), floats(coefficients[0]!))

/** A function of four floats: written out where it is used, since a call empties a loop's registers, or called. */
const unary = (module: WasmModule, name: string, build: (x: Code, body: Body) => Code) => {
  const { body } = module
  if (!body.calls)
    return (x: Code): Code => {
      const held = body.local(V128)
      return [set(held, x), build(get(held), body)]
    }
  const index = module.function(`math ${name}`, [V128], [V128], (own) => build(get(0), own))
  return (x: Code): Code => call(index, x)
}

/** 2ᵏ for whole k in [−126, 127]. */
const powerOfTwo = (k: Code): Code => n.shl(n.add(k, ints(127)), 23)

// coefficients as in Cephes' single-precision functions (Moshier 1992), minimax on the reduced range
const EXP = [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5, 1, 1]
const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
]
const TANH = [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1]

const SIN = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]
const COS = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2]
/** The first 33 bits of π/2, and what is left: multiples of the first by whole numbers below 2²⁰ are exact. */
const HALF_PI = [1.5707963267341256, 6.077100506506192e-11] as const

/** 2/√π Σ (−1)ᵏ x²ᵏ / (k! (2k + 1)), highest power first: the first term left out is below 1e-9 up to x = 1. */
const ERF = Array.from({ length: 11 }, (_, i) => {
  const k = 10 - i
  const factorial = Array.from({ length: k }, (_, j) => j + 1).reduce((a, b) => a * b, 1)
  return (k % 2 === 0 ? 2 : -2) / Math.sqrt(Math.PI) / (factorial * (2 * k + 1))
})
/** ln(erfc(x) / t) + x² as a polynomial in t = 1 / (1 + x/2), highest power first (Press et al. 2007, section 6.2). */
const ERFC = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
  -1.26551223,
]

/** 2 artanh(r) / r as a series in r², highest power first: the first term left out is below 2e-9 up to r = 1/3. */
const ATANH = Array.from({ length: 8 }, (_, i) => 2 / (15 - 2 * i))

/** sin(x + turns · π/2): x = k π/2 + r in double precision, a polynomial in r, chosen by k. */
const wave = (module: WasmModule, name: string, turns: number) =>
  unary(module, name, (x, body) => {
    const s = new Statements(body)
    const double = (value: number): Code => splatDouble(f64(value))
    /** r, and k modulo 4, of two lanes. */
    const reduced = (lanes: Code): [Code, Code] => {
      const wide = s.let(d.promoteLow(lanes))
      const k = s.let(d.nearest(d.mul(wide, double(2 / Math.PI))))
      const left = d.sub(d.sub(wide, d.mul(k, double(HALF_PI[0]))), d.mul(k, double(HALF_PI[1])))
      // of numbers whose turns cannot be told, anything within one
      const r = d.max(d.min(left, double(0.7854)), double(-0.7854))
      const rest = d.sub(k, d.mul(d.floor(d.mul(k, double(0.25))), double(4)))
      return [s.let(d.demote(r)), s.let(d.demote(rest))]
    }
    const low = reduced(x)
    const high = reduced(shuffle(x, x, [2, 3, 2, 3]))
    const [r, rest] = [0, 1].map((i) => s.let(shuffle(low[i]!, high[i]!, [0, 1, 4, 5]))) as [Code, Code]
    const quadrant = s.let(n.add(n.fromFloats(rest), ints(turns)))
    const z = s.let(f.mul(r, r))
    const sine = s.let(f.add(f.mul(f.mul(horner(z, SIN), z), r), r))
    const cosine = s.let(f.add(f.sub(f.mul(f.mul(horner(z, COS), z), z), f.mul(z, floats(0.5))), floats(1)))
    const odd = n.eq(bits.and(quadrant, ints(1)), ints(1))
    const value = s.let(bits.select(cosine, sine, odd))
    // the second half of a turn has the other sign; NaN stays what it is
    const sign = n.shl(bits.and(quadrant, ints(2)), 30)
    return s.end(bits.xor(value, sign))
  })

/** The functions of four floats, each accurate to about one unit in the last place. */
export const math = {
  /** eˣ: x = k ln 2 + r, a polynomial in r, times 2ᵏ in two steps, so that results may be subnormal. */
  exp: (module: WasmModule) =>
    unary(module, 'exp', (x, body) => {
      const s = new Statements(body)
      // beyond these the result is 0 or ∞, and k would not fit
      const held = s.let(f.greater(f.lesser(x, floats(89)), floats(-104)))
      const k = s.let(f.nearest(f.mul(held, floats(Math.LOG2E))))
      const r = s.let(multiplyAdd(k, floats(2.1219444e-4), multiplyAdd(k, floats(-0.693359375), held)))
      const whole = s.let(n.fromFloats(k))
      const half = s.let(n.shr(whole, 1))
      const value = f.mul(f.mul(horner(r, EXP), powerOfTwo(half)), powerOfTwo(n.sub(whole, half)))
      return s.end(value)
    }),

  /** ln x: x = 2ᵏ m with m in [√½, √2), a polynomial in m − 1. */
  log: (module: WasmModule) =>
    unary(module, 'log', (x, body) => {
      const s = new Statements(body)
      const small = s.let(f.lt(x, floats(1.1754943508222875e-38)))
      const scaled = s.let(bits.select(f.mul(x, floats(2 ** 24)), x, small))
      // the exponent of x · √2, so that m lies around 1
      const k = s.let(n.shr(n.sub(scaled, ints(0x3f3504f3)), 23))
      const m = s.let(n.sub(scaled, n.shl(k, 23)))
      const t = s.let(f.sub(m, floats(1)))
      const e = s.let(f.sub(f.fromInts(k), bits.and(small, floats(24))))
      const t2 = s.let(f.mul(t, t))
      const rest = multiplyAdd(t2, floats(-0.5), f.mul(e, floats(-2.1219444e-4)))
      const tail = multiplyAdd(f.mul(horner(t, LOG), t), t2, rest)
      const value = s.let(multiplyAdd(e, floats(0.693359375), f.add(tail, t)))
      const nan = s.let(bits.select(floats(Number.NaN), value, f.lt(x, floats(0))))
      const zero = s.let(bits.select(floats(Number.NEGATIVE_INFINITY), nan, f.eq(x, floats(0))))
      // ∞ and NaN stay what they are
      return s.end(bits.select(zero, x, f.lt(x, floats(Number.POSITIVE_INFINITY))))
    }),

  /** ln(1 + x): the rounding of 1 + x is divided out (Kahan). */
  log1p: (module: WasmModule) => {
    const log = math.log(module)
    return unary(module, 'log1p', (x, body) => {
      const s = new Statements(body)
      const u = s.let(f.add(x, floats(1)))
      const rest = s.let(f.sub(u, floats(1)))
      const value = s.let(f.div(f.mul(log(u), x), rest))
      const plain = bits.or(f.eq(rest, floats(0)), f.eq(x, floats(Number.POSITIVE_INFINITY)))
      return s.end(bits.select(x, value, plain))
    })
  },

  /** eˣ − 1, by a series where |x| < ½. */
  expm1: (module: WasmModule) => {
    const exp = math.exp(module)
    return unary(module, 'expm1', (x, body) => {
      const s = new Statements(body)
      const series = [1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5]
      const near = s.let(multiplyAdd(f.mul(horner(x, [1 / 40320, ...series]), x), x, x))
      return s.end(bits.select(near, f.sub(exp(x), floats(1)), f.lt(f.abs(x), floats(0.5))))
    })
  },

  /** tanh x: a polynomial where |x| < 0.625, else 1 − 2 / (e²ˣ + 1) with the sign of x. */
  tanh: (module: WasmModule) => {
    const exp = math.exp(module)
    return unary(module, 'tanh', (x, body) => {
      const s = new Statements(body)
      const size = s.let(f.abs(x))
      const x2 = s.let(f.mul(x, x))
      const near = s.let(multiplyAdd(f.mul(horner(x2, TANH), x2), x, x))
      const far = s.let(f.sub(floats(1), f.div(floats(2), f.add(exp(f.add(size, size)), floats(1)))))
      const sign = bits.and(x, floats(-0))
      return s.end(bits.select(near, bits.or(far, sign), f.lt(size, floats(0.625))))
    })
  },

  /** σ(x) = 1 / (1 + e⁻ˣ). */
  sigmoid: (module: WasmModule) => {
    const exp = math.exp(module)
    return unary(module, 'sigmoid', (x) => f.div(floats(1), f.add(exp(f.neg(x)), floats(1))))
  },

  /** ln(1 + eˣ) = max(x, 0) + ln(1 + u) with u = e^−|x|, and ln(1 + u) = 2 artanh(u / (u + 2)). */
  softplus: (module: WasmModule) => {
    const exp = math.exp(module)
    return unary(module, 'softplus', (x, body) => {
      const s = new Statements(body)
      const u = s.let(exp(f.neg(f.abs(x))))
      const r = s.let(f.div(u, f.add(u, floats(2))))
      return s.end(multiplyAdd(horner(s.let(f.mul(r, r)), ATANH), r, f.greater(x, floats(0))))
    })
  },

  sin: (module: WasmModule) => wave(module, 'sin', 0),
  cos: (module: WasmModule) => wave(module, 'cos', 1),

  /** erf x: its series where |x| < 1, else 1 − erfc |x| with the sign of x. */
  erf: (module: WasmModule) => {
    const exp = math.exp(module)
    return unary(module, 'erf', (x, body) => {
      const s = new Statements(body)
      const size = s.let(f.abs(x))
      const x2 = s.let(f.mul(x, x))
      const near = s.let(f.mul(horner(x2, ERF), x))
      const t = s.let(f.div(floats(1), f.add(f.mul(size, floats(0.5)), floats(1))))
      const tail = s.let(f.mul(t, exp(f.sub(horner(t, ERFC), x2))))
      const far = bits.or(f.sub(floats(1), tail), bits.and(x, floats(-0)))
      return s.end(bits.select(near, far, f.lt(size, floats(1))))
    })
  },
}
