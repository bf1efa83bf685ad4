import { bits, type Code, Constant, call, d, get, i32, set, shuffle, unsigned, V128 } from './code.js'
import { multiplyAddWide } from './fused.js'
import type { WasmModule } from './module.js'
import { Statements } from './statements.js'

const pair =
  (opcode: number) =>
  (x: Code, y: Code): Code => [x, y, 0xfd, unsigned(opcode)]
const one =
  (opcode: number) =>
  (x: Code): Code => [x, 0xfd, unsigned(opcode)]
const shift =
  (opcode: number) =>
  (x: Code, count: number): Code => [x, i32(count), 0xfd, unsigned(opcode)]

/** More operations on two doubles. */
export const w = {
  ...d,
  eq: pair(0x47),
  ne: pair(0x48),
  lt: pair(0x49),
  gt: pair(0x4a),
  le: pair(0x4b),
  abs: one(0xec),
  neg: one(0xed),
  sqrt: one(0xef),
}
/** Operations on their bits as whole numbers. */
const long = {
  shl: shift(0xcb),
  shr: shift(0xcc),
  add: pair(0xce),
  sub: pair(0xd1),
}
/** From the low two of four whole numbers to doubles and to long ones, and back from doubles. */
const fromLow = one(0xfe)
const widened = one(0xc7)
const truncated = one(0xfc)

const lanes = new DataView(new ArrayBuffer(16))
export const doubles = (x: number): Code => {
  lanes.setFloat64(0, x, true)
  lanes.setFloat64(8, x, true)
  return new Constant(new Uint8Array(lanes.buffer.slice(0)))
}

const horner = (x: Code, c: readonly number[]): Code =>
  c.slice(0, -1).reduceRight<Code>((sum, term) => multiplyAddWide(sum, x, doubles(term)), doubles(c.at(-1)!))

/** Σ cₖ xᵏ, lowest power first: even and odd powers by themselves, since each step waits for the one before it. */
export function series(x: Code, c: readonly number[]): Code {
  if (c.length < 4) return horner(x, c)
  const square = w.mul(x, x)
  const [even, odd] = [0, 1].map((first) =>
    horner(
      square,
      c.filter((_, k) => k % 2 === first),
    ),
  )
  return multiplyAddWide(odd!, x, even!)
}

/** A function of so many arguments, two doubles each. */
export function wideFunction(
  module: WasmModule,
  name: string,
  build: (x: readonly Code[], s: Statements) => Code,
  count = 1,
): (...x: Code[]) => Code {
  const index = module.function(`wide ${name}`, Array(count).fill(V128), [V128], (body) => {
    const s = new Statements(body)
    const value = build([...Array(count).keys()].map(get), s)
    return [s.code, value]
  })
  return (...x) => call(index, ...x)
}

/** The same of four floats: computed in double precision, and rounded once. */
export function rounded(
  module: WasmModule,
  name: string,
  f: (...x: Code[]) => Code,
  count = 1,
): (...x: Code[]) => Code {
  const index = module.function(`rounded ${name}`, Array(count).fill(V128), [V128], (body) => {
    const low = body.local(V128)
    const given = [...Array(count).keys()].map(get)
    return [
      set(low, d.demote(f(...given.map((x) => d.promoteLow(x))))),
      shuffle(get(low), d.demote(f(...given.map((x) => d.promoteLow(shuffle(x, x, [2, 3, 2, 3]))))), [0, 1, 4, 5]),
    ]
  })
  return (...x) => call(index, ...x)
}

const ONE_BITS = 1023
/** The bits of √½. */
const ROOT_HALF = Math.SQRT1_2
/** 1/k! from k = 1 on. */
const EXP = Array.from(
  { length: 11 },
  (_, k) => 1 / Array.from({ length: k + 1 }, (_, i) => i + 1).reduce((a, b) => a * b),
)
/** 2 / (2k + 1) */
const ARTANH = Array.from({ length: 9 }, (_, k) => 2 / (2 * k + 1))
const LN2 = [0.6931471803691238, 1.9082149292705877e-10] as const

export const wide = {
  /** ln x: x = 2ᵏ m with m in [√½, √2), and ln m = 2 artanh((m − 1) / (m + 1)). */
  log: (module: WasmModule) =>
    wideFunction(module, 'log', ([x], s) => {
      const small = s.let(w.lt(x!, doubles(2 ** -1022)))
      const scaled = s.let(bits.select(w.mul(x!, doubles(2 ** 54)), x!, small))
      const k = s.let(long.shr(long.sub(scaled, doubles(ROOT_HALF)), 52))
      const m = s.let(long.sub(scaled, long.shl(k, 52)))
      const e = s.let(w.sub(fromLow(shuffle(k, k, [0, 2, 0, 2])), bits.and(small, doubles(54))))
      const t = s.let(w.div(w.sub(m, doubles(1)), w.add(m, doubles(1))))
      const value = s.let(
        w.add(
          w.mul(e, doubles(LN2[0])),
          w.add(w.mul(e, doubles(LN2[1])), w.mul(t, series(s.let(w.mul(t, t)), ARTANH))),
        ),
      )
      const nan = s.let(bits.select(doubles(Number.NaN), value, w.lt(x!, doubles(0))))
      const zero = s.let(bits.select(doubles(Number.NEGATIVE_INFINITY), nan, w.eq(x!, doubles(0))))
      // ∞ and NaN stay what they are
      return bits.select(zero, x!, w.lt(x!, doubles(Number.POSITIVE_INFINITY)))
    }),

  /** eˣ − 1 of x = r + k ln 2 as a pair: e^r − 1, and 2ᵏ. */
  exp: (module: WasmModule) =>
    wideFunction(module, 'exp', ([x], s) => {
      const { rest, power } = reduced(x!, s)
      return w.add(w.mul(rest, power), power)
    }),

  /** eˣ − 1 */
  expm1: (module: WasmModule) =>
    wideFunction(module, 'expm1', ([x], s) => {
      const { rest, power } = reduced(x!, s)
      return w.add(w.mul(rest, power), w.sub(power, doubles(1)))
    }),
}

/** x = k ln 2 + r: e^r − 1, and 2ᵏ. Beyond what floats can hold, x is held. */
function reduced(x: Code, s: Statements): { rest: Code; power: Code } {
  const held = s.let(w.max(w.min(x, doubles(705)), doubles(-705)))
  const k = s.let(w.nearest(w.mul(held, doubles(Math.LOG2E))))
  const r = s.let(w.sub(w.sub(held, w.mul(k, doubles(LN2[0]))), w.mul(k, doubles(LN2[1]))))
  const rest = s.let(w.mul(series(r, EXP), r))
  const power = s.let(long.shl(widened(truncated(w.add(k, doubles(ONE_BITS)))), 52))
  return { rest, power }
}
