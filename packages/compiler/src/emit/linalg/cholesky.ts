import { type Code, F64, f64, get, i32, set, when } from '../code.js'
import { either, range, scalar, whole } from '../doubles.js'
import type { Body } from '../module.js'
import { promoted, type Strides } from './factor.js'
import { entry, scratchOf } from './scratch.js'

/** L with L Lᵀ = A, of A's symmetric part, as core's own; `lost` is what to do where A is not positive definite. */
export function cholesky(
  body: Body,
  n: number,
  { a, x }: { a: Strides; x: Strides },
  places: { a: number; x: number; scratch: number },
  lost: (pivot: Code) => Code,
): Code {
  const { row } = scratchOf(n)
  const [sum, root] = [body.local(F64), body.local(F64)]
  const scratch = get(places.scratch)
  const at = (i: Code, j: Code): Code => entry(scratch, i, row, j)
  const less = (i: Code, j: Code): Code =>
    range(body, i32(0), j, (k) =>
      set(sum, scalar.sub(get(sum), scalar.mul(scalar.load(at(i, k)), scalar.load(at(j, k))))),
    )
  return [
    promoted(body, n, get(places.a), a, scratch),
    range(body, i32(0), i32(n), (j) => [
      set(sum, scalar.load(at(j, j))),
      set(root, scalar.mul(scalar.abs(get(sum)), f64(n * Number.EPSILON))),
      less(j, j),
      when(scalar.le(get(sum), get(root)), lost(j)),
      set(root, scalar.sqrt(get(sum))),
      // what is above the diagonal is read once more, for the row below
      range(body, [j, i32(1), 0x6a], i32(n), (i) => [
        set(sum, scalar.mul(scalar.add(scalar.load(at(i, j)), scalar.load(at(j, i))), f64(0.5))),
        less(i, j),
        scalar.store(at(i, j), scalar.div(get(sum), get(root))),
      ]),
      scalar.store(at(j, j), get(root)),
    ]),
    range(body, i32(0), i32(n), (i) =>
      range(body, i32(0), i32(n), (j) =>
        either(
          whole.lt(i, j),
          scalar.storeFloat(entry(get(places.x), i, 4 * x.row, j, 4 * x.column), f64(0)),
          scalar.storeFloat(entry(get(places.x), i, 4 * x.row, j, 4 * x.column), scalar.load(at(i, j))),
        ),
      ),
    ),
  ]
}
