import { doubles, series, w, wide } from '../wide.js'
import { choose, type Formula, type Formulas, INFINITE, ONE, signed } from './formula.js'

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

/** Modified Bessel functions, scaled. */
export const bessels: Formulas = {
  EbbflowBesselI0e: [bessel(0), 1],
  EbbflowBesselI1e: [bessel(1), 1],
  /** I₁(x) / I₀(x) */
  EbbflowBesselRatio0: [
    (x, s, module) => {
      const [above, below] = [bessel(1)(x, s, module), bessel(0)(x, s, module)]
      const ratio = s.let(w.div(above, below))
      return choose(w.eq(w.abs(x[0]!), INFINITE), s.let(signed(ONE, x[0]!)), ratio)
    },
    1,
  ],
}
