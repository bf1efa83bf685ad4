import { EbbflowError } from '@ebbflow/core/plain'

/** A matrix, row by row. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly values: Float64Array
}

/** Where a square matrix has values that are not zero. */
export type Structure = 'zero' | 'diagonal' | 'lower' | 'upper' | 'permutation' | 'full'

/**
 * Where a matrix has values larger than `tolerance` times its largest: on the diagonal, in a triangle, once in
 * each row and column, everywhere.
 *
 * @example
 * ```ts
 * structureOf({ rows: 2, columns: 2, values: Float64Array.of(1, 0, 3, 1) }) // 'lower'
 * ```
 */
export function structureOf({ rows, columns, values }: Matrix, tolerance = 1e-6): Structure {
  const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  if (largest === 0) return 'zero'
  if (rows !== columns) return 'full'
  let [below, above] = [false, false]
  const perRow = new Uint32Array(rows)
  const perColumn = new Uint32Array(columns)
  values.forEach((v, i) => {
    if (Math.abs(v) <= tolerance * largest) return
    const [r, c] = [Math.floor(i / columns), i % columns]
    perRow[r]! += 1
    perColumn[c]! += 1
    below ||= r > c
    above ||= r < c
  })
  if (!below || !above) return below ? 'lower' : above ? 'upper' : 'diagonal'
  return [...perRow, ...perColumn].every((count) => count === 1) ? 'permutation' : 'full'
}

/**
 * The product J_K ⋯ J_1 of the Jacobians of layers 1 … K, in the order in which they are applied: the Jacobian of the chain.
 *
 * @throws EbbflowError `shape` where two do not fit.
 */
export function chainProduct(jacobians: readonly Matrix[]): Matrix {
  const [first, ...rest] = jacobians
  if (!first) throw new EbbflowError('argument', 'a product needs at least one matrix')
  return rest.reduce((inner, outer) => {
    if (outer.columns !== inner.rows)
      throw new EbbflowError('shape', 'the matrices do not fit', {
        expected: `${inner.rows} columns`,
        received: `${outer.columns}`,
      })
    const values = new Float64Array(outer.rows * inner.columns)
    for (let r = 0; r < outer.rows; r++)
      for (let k = 0; k < inner.rows; k++) {
        const factor = outer.values[r * outer.columns + k]!
        for (let c = 0; c < inner.columns; c++)
          values[r * inner.columns + c]! += factor * inner.values[k * inner.columns + c]!
      }
    return { rows: outer.rows, columns: inner.columns, values }
  }, first)
}
