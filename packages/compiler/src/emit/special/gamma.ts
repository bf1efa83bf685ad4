import { bits, type Code } from '../code.js'
import type { WasmModule } from '../module.js'
import type { Statements } from '../statements.js'
import { doubles, series, w, wide } from '../wide.js'
import { choose, type Formula, type Formulas, helper, INFINITE, log1p, ONE } from './formula.js'

/** ln Γ(2 + z) = z (1 − γ) + Σ (−1)ᵏ (ζ(k) − 1) zᵏ / k (Abramowitz and Stegun 6.1.33), |z| ≤ ½, without its factor z. */
const LGAMMA = [
  0.42278433509846713, 0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986,
  0.0028905103307415234, -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939, 9.945751278180853e-5,
  -4.492623673813314e-5, 2.050721277567069e-5, -9.439488275268397e-6, 4.374866789907488e-6, -2.039215753801366e-6,
  9.55141213040742e-7, -4.492469198764566e-7, 2.1207184805554665e-7, -1.0043224823968099e-7,
]
/** Of Stirling's series, B₂ₖ / (2k (2k − 1)), and of that of its derivative, B₂ₖ / 2k. */
const STIRLING = [
  0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953, 0.0008417508417508417,
  -0.0019175269175269176, 0.00641025641025641,
]
const DIGAMMA = [
  0.08333333333333333, -0.008333333333333333, 0.003968253968253968, -0.004166666666666667, 0.007575757575757576,
  -0.021092796092796094, 0.08333333333333333,
]
const HALF_LOG_2PI = doubles(0.9189385332046728)
/** (−1)ᵏ π²ᵏ / (2k + 1)! and (−1)ᵏ π²ᵏ / (2k)! */
const turns = (odd: 0 | 1): number[] => {
  const terms = [1]
  for (let k = 1; k < 11; k++) terms.push((-terms[k - 1]! * Math.PI ** 2) / ((2 * k + odd - 1) * (2 * k + odd)))
  return terms
}
const [COS, SIN] = [turns(0), turns(1)]

/** x from the nearest whole number, |r| ≤ ½, and what sin πx / π r and cos πx are of it, to a sign. */
const reflected = (x: Code, s: Statements): { r: Code; sine: Code; cosine: Code } => {
  const r = s.let(w.sub(x, w.nearest(x)))
  const z = s.let(w.mul(r, r))
  return { r, sine: s.let(series(z, SIN)), cosine: s.let(series(z, COS)) }
}

/** ln Γ(x) − (x − ½) ln x + x − ½ ln 2π for x ≥ 8. */
const remainder: Formula = ([x], s) => w.div(series(s.let(w.div(ONE, w.mul(x!, x!))), STIRLING), x!)
const remaining = (module: WasmModule, x: Code): Code => helper('Stirling', remainder)(module, x)

/** ln Γ(x) for x > 0: a series around 1 and 2; else Stirling's, from 8 on, and the product up to there. */
const positive: Formula = ([x], s, module) => {
  const first = s.let(w.lt(x!, doubles(1.5)))
  const t = s.let(w.sub(x!, s.let(choose(first, ONE, doubles(2)))))
  const below = bits.and(first, helper('log1p', log1p)(module, t))
  const near = s.let(w.sub(w.mul(series(t, LGAMMA), t), below))
  let [z, product] = [x!, ONE]
  for (let k = 0; k < 8; k++) {
    const small = s.let(w.lt(z, doubles(8)))
    product = s.let(w.mul(product, s.let(choose(small, z, ONE))))
    z = s.let(w.add(z, bits.and(small, ONE)))
  }
  const main = w.sub(w.mul(w.sub(z, doubles(0.5)), wide.log(module)(z)), w.sub(z, HALF_LOG_2PI))
  const far = s.let(w.sub(w.add(main, remaining(module, z)), wide.log(module)(product)))
  const middle = bits.and(w.gt(x!, doubles(0.5)), w.lt(x!, doubles(2.5)))
  return choose(w.eq(x!, INFINITE), INFINITE, s.let(choose(middle, near, far)))
}
const lgammaOf = (module: WasmModule, x: Code): Code => helper('ln Γ', positive)(module, x)

/** ln |Γ(x)|, for negative x by ln (π / |sin πx|) − ln Γ(1 − x). */
const lgamma: Formula = ([x], s, module) => {
  const negative = s.let(w.lt(x!, doubles(0)))
  const own = s.let(lgammaOf(module, s.let(choose(negative, s.let(w.sub(ONE, x!)), x!))))
  const { r, sine } = reflected(x!, s)
  const turned = s.let(w.neg(w.add(wide.log(module)(w.abs(w.mul(sine, r))), own)))
  const value = s.let(choose(negative, turned, own))
  return choose(bits.or(w.eq(x!, doubles(0)), w.eq(w.abs(x!), INFINITE)), INFINITE, value)
}

/** ψ(x) for x > 0: its asymptotic series from 10 on, and the recurrence up to there. */
const digammaPositive: Formula = ([x], s, module) => {
  let [z, sum] = [x!, doubles(0)]
  for (let k = 0; k < 10; k++) {
    const small = s.let(w.lt(z, doubles(10)))
    sum = s.let(w.sub(sum, bits.and(small, w.div(ONE, z))))
    z = s.let(w.add(z, bits.and(small, ONE)))
  }
  const v = s.let(w.div(ONE, w.mul(z, z)))
  const tail = w.add(w.div(doubles(0.5), z), w.mul(v, series(v, DIGAMMA)))
  return w.add(sum, w.sub(wide.log(module)(z), tail))
}

/** ψ(x): −∞ at 0, NaN at the other poles; for negative x by ψ(1 − x) − π cot πx. */
const digamma: Formula = ([x], s, module) => {
  const negative = s.let(w.lt(x!, doubles(0)))
  const own = s.let(helper('ψ', digammaPositive)(module, s.let(choose(negative, s.let(w.sub(ONE, x!)), x!))))
  const { r, sine, cosine } = reflected(x!, s)
  const turned = s.let(w.sub(own, w.div(cosine, w.mul(sine, r))))
  const pole = bits.or(w.eq(r, doubles(0)), w.eq(x!, doubles(Number.NEGATIVE_INFINITY)))
  const left = s.let(choose(pole, doubles(Number.NaN), turned))
  const value = s.let(choose(negative, left, own))
  return choose(w.eq(x!, doubles(0)), s.let(w.div(doubles(-1), x!)), value)
}

/** ln Γ(b) − ln Γ(a + b) for b ≥ 8, without the cancellation of the two. */
const drop: Formula = ([a, b], s, module) => {
  const sum = s.let(w.add(a!, b!))
  const slope = w.mul(w.sub(b!, doubles(0.5)), helper('log1p', log1p)(module, w.div(a!, b!)))
  const rest = w.sub(remaining(module, b!), remaining(module, sum))
  return w.add(w.sub(w.sub(a!, slope), w.mul(a!, wide.log(module)(sum))), rest)
}

/** ln B(a, b) for a, b > 0: by ln Γ where both are below 8; by differences of Stirling's series above (DiDonato and Morris 1992). */
const lbeta: Formula = ([x, y], s, module) => {
  const [a, b] = [s.let(w.min(x!, y!)), s.let(w.max(x!, y!))]
  const sum = s.let(w.add(a, b))
  const first = s.let(lgammaOf(module, a))
  const small = s.let(w.add(first, w.sub(lgammaOf(module, b), lgammaOf(module, sum))))
  const mixed = s.let(w.add(first, helper('ln Γ drop', drop)(module, a, b)))
  const ratio = s.let(w.div(a, b))
  const logs = w.sub(
    w.mul(w.sub(a, doubles(0.5)), wide.log(module)(w.div(ratio, w.add(ONE, ratio)))),
    w.mul(b, helper('log1p', log1p)(module, ratio)),
  )
  const rest = w.sub(w.add(remaining(module, a), remaining(module, b)), remaining(module, sum))
  const large = s.let(w.add(w.sub(HALF_LOG_2PI, w.mul(doubles(0.5), wide.log(module)(b))), w.add(logs, rest)))
  const above = s.let(choose(w.lt(a, doubles(8)), mixed, large))
  const inner = s.let(choose(w.lt(b, doubles(8)), small, above))
  const far = s.let(choose(w.eq(b, INFINITE), doubles(Number.NEGATIVE_INFINITY), inner))
  const edge = s.let(choose(w.eq(a, doubles(0)), INFINITE, far))
  return choose(bits.or(w.lt(a, doubles(0)), w.ne(sum, sum)), doubles(Number.NaN), edge)
}

/** Euler's functions. */
export const gammas: Formulas = {
  EbbflowLgamma: [lgamma, 1],
  EbbflowDigamma: [digamma, 1],
  EbbflowDigammaDifference: [
    ([a, b], s, module) => {
      const of = (x: Code): Code => helper('digamma', digamma)(module, x)
      return w.sub(of(a!), of(s.let(w.add(a!, b!))))
    },
    2,
  ],
  EbbflowLbeta: [lbeta, 2],
}
