import { add, block, branch, type Code, get, I32, i32, loop, set, unsigned } from './code.js'
import type { Body } from './module.js'

const two =
  (opcode: number) =>
  (x: Code, y: Code): Code => [x, y, opcode]
const one =
  (opcode: number) =>
  (x: Code): Code => [x, opcode]

/** Numbers in double precision, one at a time. */
export const scalar = {
  eq: two(0x61),
  ne: two(0x62),
  lt: two(0x63),
  gt: two(0x64),
  le: two(0x65),
  abs: one(0x99),
  neg: one(0x9a),
  sqrt: one(0x9f),
  add: two(0xa0),
  sub: two(0xa1),
  mul: two(0xa2),
  div: two(0xa3),
  fromInt: one(0xb7),
  load: (at: Code, offset = 0): Code => [at, 0x2b, 2, unsigned(offset)],
  store: (at: Code, value: Code, offset = 0): Code => [at, value, 0x39, 2, unsigned(offset)],
  /** A float of memory as a double. */
  loadFloat: (at: Code): Code => [at, 0x2a, 2, 0, 0xbb],
  /** A double rounded to a float. */
  storeFloat: (at: Code, value: Code): Code => [at, value, 0xb6, 0x38, 2, 0],
}

export const whole = {
  eq: two(0x46),
  ne: two(0x47),
  lt: two(0x48),
  store: (at: Code, value: Code): Code => [at, value, 0x36, 2, 0],
}

export const either = (condition: Code, then: Code, other: Code): Code => [
  condition,
  0x04,
  0x40,
  then,
  0x05,
  other,
  0x0b,
]
export const leave: Code = 0x0f

/** Turns with an index that goes up by one, from `from` to before `to`, perhaps none. */
export function range(body: Body, from: Code, to: Code, turn: (index: Code) => Code): Code {
  const index = body.local(I32)
  const end = body.local(I32)
  return [
    set(end, to),
    set(index, from),
    block(
      loop(
        [whole.lt(get(index), get(end)), 0x45, 0x0d, 1],
        turn(get(index)),
        set(index, add(get(index), i32(1))),
        branch(0),
      ),
    ),
  ]
}
