import { EbbflowError } from '@ebbflow/core/plain'

/**
 * One column of rows `[n, width]`.
 *
 * @throws EbbflowError `shape` when the numbers do not make whole rows.
 */
export function columnOf(rows: ArrayLike<number>, width: number, column: number): Float64Array {
  const n = rows.length / width
  if (!Number.isInteger(n))
    throw new EbbflowError('shape', 'the rows are not whole', {
      expected: `a multiple of ${width} numbers`,
      received: `${rows.length}`,
    })
  return Float64Array.from({ length: n }, (_, i) => rows[i * width + column]!)
}
