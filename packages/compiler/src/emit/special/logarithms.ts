import { bits, type Code } from '../code.js'
import { doubles, w, wide } from '../wide.js'
import { choose, type Formula, type Formulas, helper, INFINITE, log1p, ONE, SIGN } from './formula.js'

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

/** Powers, and what is computed of logarithms. */
export const logarithms: Formulas = {
  Pow: [pow, 2],
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
