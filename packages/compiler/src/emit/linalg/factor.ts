import {
  add,
  type Code,
  d,
  F64,
  f64,
  get,
  I32,
  i32,
  load,
  loadI32,
  set,
  splatDouble,
  store,
  subtract,
  V128,
  when,
} from '../code.js'
import { leave, range, scalar, whole } from '../doubles.js'
import type { Body, WasmModule } from '../module.js'
import { some } from '../repeat.js'
import { entry, scratchOf } from './scratch.js'

/** Strides of a matrix of floats, in elements. */
export interface Strides {
  readonly row: number
  readonly column: number
}

/** Copies a matrix of floats to scratch memory, in double precision. */
export const promoted = (body: Body, n: number, a: Code, { row, column }: Strides, scratch: Code): Code =>
  range(body, i32(0), i32(n), (i) =>
    range(body, i32(0), i32(n), (j) =>
      scalar.store(entry(scratch, i, scratchOf(n).row, j), scalar.loadFloat(entry(a, i, 4 * row, j, 4 * column))),
    ),
  )

/**
 * P⁻¹A = LU with partial pivoting, as core's own: parameters a and the scratch memory, which gets L and U, the order of rows and its sign. The
 * result is the first pivot that is 0 or lost to rounding, or −1.
 */
export function factorFunction(module: WasmModule, n: number, strides: Strides): number {
  const { row, rows, sign } = scratchOf(n)
  return module.function(`lu ${[n, strides.row, strides.column]}`, [I32, I32], [I32], (body) => {
    const [best, p, q] = [body.local(I32), body.local(I32), body.local(I32)]
    const [most, held, terms] = [body.local(F64), body.local(F64), body.local(F64)]
    const factor = body.local(V128)
    const [a, s] = [get(0), get(1)]
    const at = (i: Code, j: Code): Code => entry(s, i, row, j)
    const order = (i: Code): Code => entry(add(s, i32(rows)), i, 4)
    const next = (i: Code): Code => add(i, i32(1))
    const each = (from: Code, to: Code, turn: (i: Code) => Code): Code => range(body, from, to, turn)
    const all = (turn: (i: Code) => Code): Code => each(i32(0), i32(n), turn)
    const exchanged = (k: Code): Code => [
      all((j) => [
        set(held, scalar.load(at(k, j))),
        scalar.store(at(k, j), scalar.load(at(get(best), j))),
        scalar.store(at(get(best), j), get(held)),
      ]),
      set(p, loadI32(order(k))),
      whole.store(order(k), loadI32(order(get(best)))),
      whole.store(order(get(best)), get(p)),
      scalar.store(s, scalar.neg(scalar.load(s, sign)), sign),
    ]
    const subtracted = (i: Code, k: Code): Code => [
      set(held, scalar.div(scalar.load(at(i, k)), scalar.load(at(k, k)))),
      scalar.store(at(i, k), get(held)),
      when(
        scalar.ne(get(held), f64(0)),
        set(factor, splatDouble(get(held))),
        set(p, at(i, next(k))),
        set(q, at(k, next(k))),
        // the last pair may go into what is behind the row
        some(
          body,
          [subtract(i32(n), k), i32(1), 0x76],
          [
            store(get(p), d.sub(load(get(p)), d.mul(get(factor), load(get(q))))),
            set(p, add(get(p), i32(16))),
            set(q, add(get(q), i32(16))),
          ],
        ),
      ),
    ]
    return [
      promoted(body, n, a, strides, s),
      all((i) => whole.store(order(i), i)),
      scalar.store(s, f64(1), sign),
      all((k) => [
        set(best, k),
        set(most, scalar.abs(scalar.load(at(k, k)))),
        each(next(k), i32(n), (i) => [
          set(held, scalar.abs(scalar.load(at(i, k)))),
          when(scalar.gt(get(held), get(most)), set(best, i), set(most, get(held))),
        ]),
        when(whole.ne(get(best), k), exchanged(k)),
        when(
          scalar.ne(scalar.load(at(k, k)), f64(0)),
          each(next(k), i32(n), (i) => subtracted(i, k)),
        ),
      ]),
      // a pivot is lost when it is below the rounding error of the sum of products that it is (Higham 2002, section 9.3)
      all((k) => [
        set(terms, scalar.abs(scalar.loadFloat(entry(a, loadI32(order(k)), 4 * strides.row, k, 4 * strides.column)))),
        each(i32(0), k, (i) =>
          set(terms, scalar.add(get(terms), scalar.abs(scalar.mul(scalar.load(at(k, i)), scalar.load(at(i, k)))))),
        ),
        when(scalar.le(scalar.abs(scalar.load(at(k, k))), scalar.mul(f64(n * Number.EPSILON), get(terms))), k, leave),
      ]),
      i32(-1),
    ]
  })
}
