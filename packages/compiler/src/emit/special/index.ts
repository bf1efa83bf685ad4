import type { Code } from '../code.js'
import type { WasmModule } from '../module.js'
import { rounded } from '../wide.js'
import { angles } from './angles.js'
import { bessels } from './bessel.js'
import { type Formulas, helper } from './formula.js'
import { gammas } from './gamma.js'
import { logarithms } from './logarithms.js'
import { normal } from './normal.js'

const FORMULAS: Formulas = { ...angles, ...logarithms, ...normal, ...gammas, ...bessels }

/** Functions that are computed in double precision and rounded once, by their kernels' names. */
export const SPECIAL = Object.keys(FORMULAS)

/** The code of a function of four lanes of floats. */
export function special(module: WasmModule, name: string): (...x: Code[]) => Code {
  const [formula, count] = FORMULAS[name]!
  return rounded(module, name, (...x) => helper(name, formula)(module, ...x), count)
}
