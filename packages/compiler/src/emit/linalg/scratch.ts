import { add, type Code, i32, multiply } from '../code.js'

/** Columns of right-hand sides that are solved for at once. */
export const tileOf = (columns: number): number => (columns > 4 ? 8 : columns > 2 ? 4 : 2)

/**
 * Where a kernel works in double precision, in bytes from the start of its scratch memory: a matrix whose rows are one number longer than they
 * need to be, so that pairs may go beyond them; the order of its rows; the sign of that; and a tile of right-hand sides.
 */
export function scratchOf(n: number, columns = 0) {
  const rows = 8 * n * (n + 1)
  const sign = rows + 8 * Math.ceil(n / 2)
  const tile = sign + 8
  return { row: 8 * (n + 1), rows, sign, tile, bytes: tile + 8 * n * tileOf(columns) }
}

/** Address of an entry of a matrix, by strides in bytes. */
export const entry = (at: Code, i: Code, row: number, j: Code = i32(0), column = 8): Code =>
  add(at, add(multiply(i, i32(row)), multiply(j, i32(column))))
