import type { Code } from '../code.js'
import type { WasmModule } from '../module.js'
import type { Statements } from '../statements.js'
import { doubles, series, w, wide } from '../wide.js'
import { choose, type Formula, type Formulas, helper, INFINITE, log1p, ONE, signed } from './formula.js'

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
const ROOT_HALF = Math.SQRT1_2

const ratio = ([p, q]: readonly (readonly number[])[], r: Code): Code => w.div(series(r, p!), series(r, q!))

/** exp(x²) erfc(x) for x ≥ 0 */
const erfcx: Formula = ([x], s) => {
  // beyond, t would be ∞ / ∞
  const held = s.let(w.min(x!, doubles(1e100)))
  const t = s.let(w.div(w.sub(held, doubles(3.75)), w.add(held, doubles(3.75))))
  return w.div(series(t, ERFCX), w.add(ONE, w.add(x!, x!)))
}

/** erfc |x| = exp(−x²) erfcx |x|: x² of a float is exact. */
const tail = (x: Code, s: Statements, module: WasmModule, scale = 1): Code => {
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
const quantile = (q: Code, smaller: Code, s: Statements, module: WasmModule): Code => {
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

/** Error functions, and the normal distribution's. */
export const normal: Formulas = {
  EbbflowErfc: [erfc, 1],
  EbbflowErfinv: [erfinv, 1],
  EbbflowNdtr: [ndtr, 1],
  EbbflowNdtri: [ndtri, 1],
  EbbflowLogNdtr: [logNdtr, 1],
  EbbflowNormalHazard: [normalHazard, 1],
}
