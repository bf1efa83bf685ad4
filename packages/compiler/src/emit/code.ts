/** WebAssembly instructions as nested lists of bytes, flattened once at the end. */
export type Code = number | Uint8Array | Constant | readonly Code[]

/** Four lanes that are the same whenever they are asked for. */
export class Constant {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

/** An unsigned number in LEB128. */
export function unsigned(n: number): Code {
  if (n < 0x80) return n
  const out: number[] = []
  let rest = n
  for (; rest >= 0x80; rest >>>= 7) out.push((rest & 0x7f) | 0x80)
  out.push(rest)
  return out
}

/** Adds a signed 32-bit number in LEB128 to bytes. */
function addSigned(out: number[], n: number): number[] {
  let rest = n | 0
  for (; rest < -64 || rest > 63; rest >>= 7) out.push((rest & 0x7f) | 0x80)
  out.push(rest & 0x7f)
  return out
}

/** The bytes of code. */
export function flatten(code: readonly Code[]): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(1024)
  let size = 0
  const grow = (by: number): void => {
    const larger = new Uint8Array(2 * (size + by))
    larger.set(bytes)
    bytes = larger
  }
  const add = (part: Uint8Array): void => {
    if (size + part.length > bytes.length) grow(part.length)
    bytes.set(part, size)
    size += part.length
  }
  // by index, since this runs in every fresh process, where iterators are slow
  const walk = (parts: readonly Code[]): void => {
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]!
      if (typeof part === 'number') {
        if (size === bytes.length) grow(1)
        bytes[size++] = part
      } else if (part instanceof Uint8Array) add(part)
      else if (part instanceof Constant) {
        walk(V128_CONST)
        add(part.bytes)
      } else walk(part)
    }
  }
  walk(code)
  return bytes.slice(0, size)
}

/** Value types. */
export const I32 = 0x7f
export const F32 = 0x7d
export const F64 = 0x7c
export const V128 = 0x7b
export type WasmType = typeof I32 | typeof F32 | typeof F64 | typeof V128

const bytesOf = new DataView(new ArrayBuffer(8))

function float32(x: number): number[] {
  bytesOf.setFloat32(0, x, true)
  return [0, 1, 2, 3].map((i) => bytesOf.getUint8(i))
}

function float64(x: number): number[] {
  bytesOf.setFloat64(0, x, true)
  return [0, 1, 2, 3, 4, 5, 6, 7].map((i) => bytesOf.getUint8(i))
}

// locals and control
const GETS: Code[] = []
export function get(local: number): Code {
  GETS[local] ??= [0x20, unsigned(local)]
  return GETS[local]
}
export const set = (local: number, value: Code): Code => [value, 0x21, unsigned(local)]
export const tee = (local: number, value: Code): Code => [value, 0x22, unsigned(local)]
export const call = (index: number, ...args: Code[]): Code => [args, 0x10, unsigned(index)]
export const block = (...body: Code[]): Code => [0x02, 0x40, body, 0x0b]
export const loop = (...body: Code[]): Code => [0x03, 0x40, body, 0x0b]
export const branch = (depth: number): Code => [0x0c, unsigned(depth)]
export const branchIf = (depth: number, condition: Code): Code => [condition, 0x0d, unsigned(depth)]
export const when = (condition: Code, ...body: Code[]): Code => [condition, 0x04, 0x40, body, 0x0b]
export const trap: Code = 0x00

// scalars
export const i32 = (n: number): Code => addSigned([0x41], n)
export const f32 = (x: number): Code => [0x43, float32(x)]
export const f64 = (x: number): Code => [0x44, float64(x)]
const two =
  (opcode: number) =>
  (a: Code, b: Code): Code => [a, b, opcode]
export const add = two(0x6a)
export const subtract = two(0x6b)
export const multiply = two(0x6c)
export const atLeast = two(0x4f)
export const isZero = (x: Code): Code => [x, 0x45]
export const f32equal = two(0x5b)
export const f32add = two(0x92)
export const f64add = two(0xa0)
export const loadI32 = (at: Code, offset = 0): Code => [at, 0x28, 2, unsigned(offset)]
export const loadF32 = (at: Code, offset = 0): Code => [at, 0x2a, 2, unsigned(offset)]
export const storeI32 = (at: Code, value: Code, offset = 0): Code => [at, value, 0x36, 2, unsigned(offset)]
export const storeF32 = (at: Code, value: Code, offset = 0): Code => [at, value, 0x38, 2, unsigned(offset)]
export const copyBytes = (to: Code, from: Code, count: Code): Code => [to, from, count, 0xfc, 10, 0, 0]
export const fillBytes = (to: Code, value: Code, count: Code): Code => [to, value, count, 0xfc, 11, 0]

/** Runs a body `count` times, at least once, by a counter that goes down to 0. */
export const times = (counter: number, count: number, body: Code): Code => [
  set(counter, i32(count)),
  loop(body, branchIf(0, tee(counter, add(get(counter), i32(-1))))),
]

// four lanes
const simd = (opcode: number): readonly Code[] => [0xfd, unsigned(opcode)]
const V128_CONST = simd(0x0c)
const fourLanes = new DataView(new ArrayBuffer(16))
const memory = (opcode: number, offset: number, align: number): Code => [simd(opcode), align, unsigned(offset)]
export const load = (at: Code, offset = 0): Code => [at, memory(0x00, offset, 2)]
export const loadSplat = (at: Code, offset = 0): Code => [at, memory(0x09, offset, 2)]
/** One float in the first lane, zeros in the others. */
export const loadOne = (at: Code, offset = 0): Code => [at, memory(0x5c, offset, 2)]
export const loadLane = (at: Code, vector: Code, lane: number, offset = 0): Code => [
  at,
  vector,
  memory(0x56, offset, 2),
  lane,
]
export const store = (at: Code, value: Code, offset = 0): Code => [at, value, memory(0x0b, offset, 2)]
export const storeLane = (at: Code, value: Code, lane: number, offset = 0): Code => [
  at,
  value,
  memory(0x5a, offset, 2),
  lane,
]
export const storeTwo = (at: Code, value: Code, half: number, offset = 0): Code => [
  at,
  value,
  memory(0x5b, offset, 2),
  half,
]
const constantOf = (fill: (lane: number, at: number) => void): Constant => {
  for (let lane = 0; lane < 4; lane++) fill(lane, 4 * lane)
  return new Constant(new Uint8Array(fourLanes.buffer.slice(0)))
}
/** The same float in all lanes. */
export const floats = (x: number): Code => constantOf((_, at) => fourLanes.setFloat32(at, x, true))
/** The same integer in all lanes. */
export const ints = (n: number): Code => constantOf((_, at) => fourLanes.setInt32(at, n | 0, true))
/** All bits set in the first `count` lanes. */
export const firstLanes = (count: number): Code =>
  constantOf((lane, at) => fourLanes.setInt32(at, lane < count ? -1 : 0, true))
export const splat = (x: Code): Code => [x, simd(0x13)]
export const splatDouble = (x: Code): Code => [x, simd(0x14)]
export const doubleLane = (v: Code, index: number): Code => [v, simd(0x21), index]
/** Lanes of a and b (0–3 of a, 4–7 of b) in a new order. */
export const shuffle = (a: Code, b: Code, lanes: readonly number[]): Code => [
  a,
  b,
  simd(0x0d),
  lanes.flatMap((l) => [0, 1, 2, 3].map((i) => 4 * l + i)),
]

const one = (opcode: number) => {
  const instruction = simd(opcode)
  return (x: Code): Code => [x, instruction]
}
const pair = (opcode: number) => {
  const instruction = simd(opcode)
  return (x: Code, y: Code): Code => [x, y, instruction]
}

/** Operations on four floats (`f.`), four integers (`n.`), bits (`bits.`) and two doubles (`d.`). */
export const f = {
  eq: pair(0x41),
  ne: pair(0x42),
  lt: pair(0x43),
  gt: pair(0x44),
  le: pair(0x45),
  ge: pair(0x46),
  ceil: one(0x67),
  floor: one(0x68),
  trunc: one(0x69),
  nearest: one(0x6a),
  abs: one(0xe0),
  neg: one(0xe1),
  sqrt: one(0xe3),
  add: pair(0xe4),
  sub: pair(0xe5),
  mul: pair(0xe6),
  div: pair(0xe7),
  min: pair(0xe8),
  max: pair(0xe9),
  /** The lesser or greater of two floats in one instruction; the first where either is NaN. */
  lesser: pair(0xea),
  greater: pair(0xeb),
  fromInts: one(0xfa),
}
export const n = {
  eq: pair(0x37),
  ne: pair(0x38),
  lt: pair(0x39),
  gt: pair(0x3b),
  le: pair(0x3d),
  ge: pair(0x3f),
  abs: one(0xa0),
  neg: one(0xa1),
  add: pair(0xae),
  sub: pair(0xb1),
  mul: pair(0xb5),
  min: pair(0xb6),
  max: pair(0xb8),
  shl: (x: Code, count: number): Code => [x, i32(count), simd(0xab)],
  shr: (x: Code, count: number): Code => [x, i32(count), simd(0xac)],
  fromFloats: one(0xf8),
}
export const bits = {
  not: one(0x4d),
  and: pair(0x4e),
  andNot: pair(0x4f),
  or: pair(0x50),
  xor: pair(0x51),
  /** a where the mask is set, else b. */
  select: (a: Code, b: Code, mask: Code): Code => [a, b, mask, simd(0x52)],
}
export const d = {
  floor: one(0x75),
  nearest: one(0x94),
  sub: pair(0xf1),
  /** Two floats, and two zeros after them. */
  demote: one(0x5e),
  add: pair(0xf0),
  mul: pair(0xf2),
  div: pair(0xf3),
  min: pair(0xf4),
  max: pair(0xf5),
  promoteLow: one(0x5f),
  /** The same double in both lanes. */
  loadSplat: (at: Code, offset = 0): Code => [at, memory(0x0a, offset, 2)],
}
