import { add, block, branchIf, type Code, get, I32, i32, isZero, loop, set, tee, times } from './code.js'
import type { Body } from './module.js'

/** Runs code `count` times, at least once. */
export function repeat(body: Body, count: number, turn: Code, after: Code = []): Code {
  if (count === 1) return [turn, after]
  return [times(body.local(I32), count, turn), after]
}

/** Moves a pointer on. */
export const moved = (local: number, bytes: number): Code =>
  bytes === 0 ? [] : set(local, add(get(local), i32(bytes)))

/** Runs code as often as a number says, perhaps never. */
export function some(body: Body, count: Code, turn: Code): Code {
  const left = body.local(I32)
  return block(branchIf(0, isZero(tee(left, count))), loop(turn, branchIf(0, tee(left, add(get(left), i32(-1))))))
}
