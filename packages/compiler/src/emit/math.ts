import { bits, type Code, call, f, floats, get, ints, n, V128 } from './code.js'
import type { Body, WasmModule } from './module.js'

/** A polynomial in x by Horner's rule, highest power first. */
const horner = (x: Code, coefficients: readonly number[]): Code =>
  coefficients.slice(1).reduce<Code>((sum, c) => f.add(f.mul(sum, x), floats(c)), floats(coefficients[0]!))

const unary = (module: WasmModule, name: string, build: (x: Code, body: Body) => Code) => {
  const index = module.function(`math ${name}`, [V128], [V128], (body) => build(get(0), body))
  return (x: Code): Code => call(index, x)
}

/** Binds code to a local, as statements before the result. */
class Steps {
  readonly #body: Body
  readonly code: Code[] = []
  constructor(body: Body) {
    this.#body = body
  }
  let(value: Code): Code {
    return this.#body.hold(V128, value, (code) => this.code.push(code))
  }
  end(value: Code): Code {
    return [this.code, value]
  }
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

/** The functions of four floats, each accurate to about one unit in the last place. */
export const math = {
  /** eˣ: x = k ln 2 + r, a polynomial in r, times 2ᵏ in two steps, so that results may be subnormal. */
  exp: (module: WasmModule) =>
    unary(module, 'exp', (x, body) => {
      const s = new Steps(body)
      // beyond these the result is 0 or ∞, and k would not fit
      const held = s.let(f.max(f.min(x, floats(89)), floats(-104)))
      const k = s.let(f.nearest(f.mul(held, floats(Math.LOG2E))))
      const r = s.let(f.sub(f.sub(held, f.mul(k, floats(0.693359375))), f.mul(k, floats(-2.1219444e-4))))
      const whole = s.let(n.fromFloats(k))
      const half = s.let(n.shr(whole, 1))
      const value = f.mul(f.mul(horner(r, EXP), powerOfTwo(half)), powerOfTwo(n.sub(whole, half)))
      return s.end(value)
    }),

  /** ln x: x = 2ᵏ m with m in [√½, √2), a polynomial in m − 1. */
  log: (module: WasmModule) =>
    unary(module, 'log', (x, body) => {
      const s = new Steps(body)
      const small = s.let(f.lt(x, floats(1.1754943508222875e-38)))
      const scaled = s.let(bits.select(f.mul(x, floats(2 ** 24)), x, small))
      // the exponent of x · √2, so that m lies around 1
      const k = s.let(n.shr(n.sub(scaled, ints(0x3f3504f3)), 23))
      const m = s.let(n.sub(scaled, n.shl(k, 23)))
      const t = s.let(f.sub(m, floats(1)))
      const e = s.let(f.sub(f.fromInts(k), bits.and(small, floats(24))))
      const t2 = s.let(f.mul(t, t))
      const tail = f.add(
        f.mul(f.mul(horner(t, LOG), t), t2),
        f.sub(f.mul(e, floats(-2.1219444e-4)), f.mul(t2, floats(0.5))),
      )
      const value = s.let(f.add(f.add(tail, t), f.mul(e, floats(0.693359375))))
      const nan = s.let(bits.select(floats(Number.NaN), value, f.lt(x, floats(0))))
      const zero = s.let(bits.select(floats(Number.NEGATIVE_INFINITY), nan, f.eq(x, floats(0))))
      // ∞ and NaN stay what they are
      return s.end(bits.select(zero, x, f.lt(x, floats(Number.POSITIVE_INFINITY))))
    }),

  /** ln(1 + x): the rounding of 1 + x is divided out (Kahan). */
  log1p: (module: WasmModule) => {
    const log = math.log(module)
    return unary(module, 'log1p', (x, body) => {
      const s = new Steps(body)
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
      const s = new Steps(body)
      const series = [1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5]
      const near = s.let(f.add(f.mul(f.mul(horner(x, [1 / 40320, ...series]), x), x), x))
      return s.end(bits.select(near, f.sub(exp(x), floats(1)), f.lt(f.abs(x), floats(0.5))))
    })
  },

  /** tanh x: a polynomial where |x| < 0.625, else 1 − 2 / (e²ˣ + 1) with the sign of x. */
  tanh: (module: WasmModule) => {
    const exp = math.exp(module)
    return unary(module, 'tanh', (x, body) => {
      const s = new Steps(body)
      const size = s.let(f.abs(x))
      const x2 = s.let(f.mul(x, x))
      const near = s.let(f.add(f.mul(f.mul(horner(x2, TANH), x2), x), x))
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

  /** ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|). */
  softplus: (module: WasmModule) => {
    const exp = math.exp(module)
    const log1p = math.log1p(module)
    return unary(module, 'softplus', (x) => f.add(f.max(x, floats(0)), log1p(exp(f.neg(f.abs(x))))))
  },
}
