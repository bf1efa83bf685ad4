import { type Code, d, f, f32, splat, V128 } from './code.js'
import { WasmModule } from './module.js'

/** The instructions `f32x4.relaxed_madd` and `f64x2.relaxed_madd`. */
const MADD: Code = [0xfd, 0x85, 0x02]
const MADD_WIDE: Code = [0xfd, 0x87, 0x02]

let known: boolean | undefined

/** Whether this engine has relaxed SIMD, by which a product and a sum are one instruction. */
export function hasFused(): boolean {
  if (known === undefined) {
    const module = new WasmModule()
    const one = splat(f32(1))
    module.function('probe', [], [V128], () => [one, one, one, MADD])
    known = WebAssembly.validate(module.assemble())
  }
  return known
}

/** a · b + c: rounded once where the engine can, and then in half the time. */
export const multiplyAdd = (a: Code, b: Code, c: Code): Code => (hasFused() ? [a, b, c, MADD] : f.add(f.mul(a, b), c))
/** The same of two doubles. */
export const multiplyAddWide = (a: Code, b: Code, c: Code): Code =>
  hasFused() ? [a, b, c, MADD_WIDE] : d.add(d.mul(a, b), c)
