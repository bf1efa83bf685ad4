import {
  add,
  block,
  branch,
  branchIf,
  type Code,
  call,
  copyBytes,
  F32,
  f32,
  f32equal,
  fillBytes,
  get,
  I32,
  i32,
  isZero,
  loadF32,
  loadI32,
  loop,
  multiply,
  set,
  storeF32,
  storeI32,
  subtract,
  when,
} from './code.js'
import type { Body, WasmModule } from './module.js'

/** A number that is kept from turn to turn: addresses of where it starts, where the body reads it and writes it, and where it ends. */
export interface Kept {
  readonly bytes: number
  /** Undefined for what starts at 0. */
  readonly start: number | undefined
  readonly held: number
  readonly next: number
  /** Undefined where nobody wants it. */
  readonly end: number | undefined
}

export interface IterateSpec {
  /** The function of one turn. */
  readonly turn: number
  readonly maxIterations: number
  readonly states: readonly Kept[]
  /** Of the rows: 0 running, 1 done, 2 failed. */
  readonly status: { readonly at: number; readonly rows: number }
  /** Where it is written which rows are done. */
  readonly done: number | undefined
  /** Where the number of an iteration is written that leaves rows open. */
  readonly failure: number
  /** Its own number, above 0; undefined where rows may stay open. */
  readonly number: number | undefined
  /** Where it is written how many turns were taken. */
  readonly turns: number | undefined
  /** What each turn records, part behind part: `state`s before it, or others after it. */
  readonly records: readonly (Series & { readonly before: boolean })[]
  readonly along: { readonly turns: number; readonly reverse: boolean; readonly series: readonly Series[] } | undefined
}

/** What each turn has a part of: addresses of the whole and of the part that the body has, and bytes of a part. */
export interface Series {
  readonly whole: number
  readonly part: number
  readonly bytes: number
}

/**
 * The function that takes turns until no row is running, or as often as it may. Where one before it has failed it takes none, so that what
 * that one left can be looked at.
 */
export function iterateFunction(module: WasmModule, spec: IterateSpec): number {
  const { turn, maxIterations, states, status, done, failure, number, turns: count, records, along } = spec
  return module.function(`iterate ${JSON.stringify(spec)}`, [], [], (body) => {
    const left = body.local(I32)
    const found = body.local(I32)
    const copy = (to: number, from: number, bytes: number): Code =>
      to === from ? [] : copyBytes(i32(to), i32(from), i32(bytes))
    const failed = loadI32(i32(failure))
    const kept = records.map((series) => ({ ...series, at: body.local(I32) }))
    const gone = (along?.series ?? []).map((series) => ({ ...series, at: body.local(I32) }))
    const keep = (before: boolean): Code =>
      kept
        .filter((series) => series.before === before)
        .map(({ at, part, bytes }) => [copyBytes(get(at), i32(part), i32(bytes)), set(at, add(get(at), i32(bytes)))])
    const turns = [
      states.map(({ start, held, bytes }) =>
        start === undefined ? fillBytes(i32(held), i32(0), i32(bytes)) : copy(held, start, bytes),
      ),
      set(left, along ? loadI32(i32(along.turns)) : i32(maxIterations)),
      kept.map(({ at, whole }) => set(at, i32(whole))),
      gone.map(({ at, whole, bytes }) => {
        const last = multiply(subtract(get(left), i32(1)), i32(bytes))
        return set(at, along!.reverse ? add(i32(whole), last) : i32(whole))
      }),
      block(
        // along nothing no turn is taken
        along ? branchIf(0, isZero(get(left))) : [],
        loop(
          gone.map(({ at, part, bytes }) => [
            copyBytes(i32(part), get(at), i32(bytes)),
            set(at, add(get(at), i32(along!.reverse ? -bytes : bytes))),
          ]),
          keep(true),
          call(turn),
          // an iteration within has failed
          branchIf(1, failed),
          states.map(({ held, next, bytes }) => copy(held, next, bytes)),
          keep(false),
          set(left, subtract(get(left), i32(1))),
          branchIf(1, isZero(get(left))),
          along ? branch(0) : [search(body, status, 0, found), branchIf(0, get(found))],
        ),
      ),
      states.map(({ held, end, bytes }) => (end === undefined ? [] : copy(end, held, bytes))),
      count === undefined ? [] : storeI32(i32(count), subtract(i32(maxIterations), get(left))),
      done === undefined ? [] : doneRows(body, status, done),
      number === undefined
        ? []
        : when(isZero(failed), openRows(body, status, found), when(get(found), storeI32(i32(failure), i32(number)))),
    ]
    const given = states.map(({ start, end, bytes }) =>
      start === undefined || end === undefined ? [] : copy(end, start, bytes),
    )
    const open = done === undefined ? [] : fillBytes(i32(done), i32(0), i32(4 * status.rows))
    const none = count === undefined ? [] : storeI32(i32(count), i32(0))
    return block(when(failed, given, open, none, branch(1)), turns)
  })
}

/** Goes over rows while `turn` does not leave the outer block. */
function overRows(body: Body, { at, rows }: IterateSpec['status'], turn: (pointer: number) => Code): Code {
  const pointer = body.local(I32)
  return [
    set(pointer, i32(at)),
    block(
      loop(
        branchIf(1, isZero(subtract(get(pointer), i32(at + 4 * rows)))),
        turn(pointer),
        set(pointer, add(get(pointer), i32(4))),
        branch(0),
      ),
    ),
  ]
}

/** Sets `found` to whether a row's status is `value`. */
const search = (body: Body, status: IterateSpec['status'], value: number, found: number): Code => [
  set(found, i32(0)),
  overRows(body, status, (pointer) => [
    set(found, f32equal(loadF32(get(pointer)), f32(value))),
    branchIf(1, get(found)),
  ]),
]

/** Sets `found` to whether a row is not done. */
const openRows = (body: Body, status: IterateSpec['status'], found: number): Code => [
  set(found, i32(0)),
  overRows(body, status, (pointer) => [
    set(found, isZero(f32equal(loadF32(get(pointer)), f32(1)))),
    branchIf(1, get(found)),
  ]),
]

/** Writes 1 for rows that are done and 0 for others. */
function doneRows(body: Body, status: IterateSpec['status'], done: number): Code {
  const value = body.local(F32)
  return overRows(body, status, (pointer) => [
    set(value, loadF32(get(pointer))),
    // a failed row is no done one
    when(isZero(f32equal(get(value), f32(1))), set(value, f32(0))),
    storeF32(subtract(get(pointer), i32(status.at - done)), get(value)),
  ])
}
