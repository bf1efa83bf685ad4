import { bits, type Code } from '../code.js'
import type { WasmModule } from '../module.js'
import type { Statements } from '../statements.js'
import { doubles, w, wide, wideFunction } from '../wide.js'

/** A function of one or two numbers, on two doubles at a time; `s` binds what is used more than once. */
export type Formula = (x: readonly Code[], s: Statements, module: WasmModule) => Code

/** Formulas by their kernels' names, with the number of their arguments. */
export type Formulas = Readonly<Record<string, readonly [Formula, 1 | 2]>>

export const SIGN = doubles(-0)
export const INFINITE = doubles(Number.POSITIVE_INFINITY)
export const ONE = doubles(1)
/** The size of x with the sign of y. */
export const signed = (x: Code, y: Code): Code => bits.or(x, bits.and(y, SIGN))
export const choose = (mask: Code, a: Code, b: Code): Code => bits.select(a, b, mask)

/** A formula as a function of its own. */
export function helper(name: string, formula: Formula): (module: WasmModule, ...x: Code[]) => Code {
  return (module, ...x) => wideFunction(module, name, (given, s) => formula(given, s, module), x.length)(...x)
}

/** ln(1 + x): the rounding of 1 + x is divided out (Kahan). */
export const log1p: Formula = ([x], s, module) => {
  const u = s.let(w.add(x!, ONE))
  const rest = s.let(w.sub(u, ONE))
  const value = s.let(w.div(w.mul(wide.log(module)(u), x!), rest))
  return choose(bits.or(w.eq(rest, doubles(0)), w.eq(x!, INFINITE)), x!, value)
}
