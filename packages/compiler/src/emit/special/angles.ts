import { bits, type Code } from '../code.js'
import { doubles, series, w, wide } from '../wide.js'
import { choose, type Formula, type Formulas, helper, INFINITE, log1p, ONE, signed } from './formula.js'

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

/** Functions of angles and areas, and their inverses. */
export const angles: Formulas = {
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
}
