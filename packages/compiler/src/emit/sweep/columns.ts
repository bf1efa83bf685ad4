import { type Code, f, get, I32, i32, load, loadF32, set, store, storeF32, subtract } from '../code.js'
import { loadLanes, storeLanes } from '../lanes.js'
import type { Body, WasmModule } from '../module.js'
import { moved, repeat } from '../repeat.js'
import { LINE, PANEL, ROWS } from './layout.js'

/** Writes a column of rows to the unit of each panel that `unit` points to in the first. */
export function panelsOf(body: Body, column: number, unit: number, panel: number): Code {
  const [from, to] = [body.local(I32), body.local(I32)]
  return [
    set(from, i32(column)),
    set(to, get(unit)),
    repeat(body, ROWS / PANEL, [
      [0, 16, 32, 48].map((vector) => store(get(to), load(get(from), vector), vector)),
      moved(from, LINE),
      moved(to, panel),
    ]),
  ]
}

/** Adds a column to sums. */
export function sumsOf(body: Body, column: number, sums: number): Code {
  const at = body.local(I32)
  return [
    set(at, i32(0)),
    repeat(body, ROWS / 4, [store(get(at), f.add(load(get(at), sums), load(get(at), column)), sums), moved(at, 16)]),
  ]
}

/** Reads a column of rows that lie `stride` numbers apart; the last stands for those that there are not. Parameters from, to. */
export const takeFunction = (module: WasmModule, stride: number, count: number): number =>
  module.function(`sweep take ${stride} ${count}`, [I32, I32], [], (body) => {
    const [from, to] = [0, 1] as const
    const some = (rows: number): Code => [
      store(get(to), loadLanes(get(from), stride, rows, 0)),
      moved(from, 4 * rows * stride),
      moved(to, 4 * rows),
    ]
    return [
      count >= 4 ? repeat(body, Math.floor(count / 4), some(4)) : [],
      count % 4 > 0 ? some(count % 4) : [],
      count < ROWS
        ? repeat(body, ROWS - count, [storeF32(get(to), loadF32(subtract(get(to), i32(4)))), moved(to, 4)])
        : [],
    ]
  })

/** Writes a column of rows that will lie `stride` numbers apart. Parameters from, to. */
export const putFunction = (module: WasmModule, stride: number, count: number): number =>
  module.function(`sweep put ${stride} ${count}`, [I32, I32], [], (body) => {
    const [from, to] = [0, 1] as const
    const some = (rows: number): Code => [
      storeLanes(get(to), load(get(from)), rows, stride),
      moved(from, 4 * rows),
      moved(to, 4 * rows * stride),
    ]
    return [count >= 4 ? repeat(body, Math.floor(count / 4), some(4)) : [], count % 4 > 0 ? some(count % 4) : []]
  })
