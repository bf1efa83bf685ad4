import { EbbflowError } from '../errors.js'

/**
 * The singular values of a matrix of plain numbers, row after row, largest first: one-sided Jacobi rotations in double precision, which
 * find small ones to full relative accuracy (Demmel and Veselić 1992, "Jacobi's method is more accurate than QR").
 *
 * @throws EbbflowError `shape` when the numbers are not rows × columns; `not-finite` when one is NaN or ±∞.
 * @example
 * ```ts
 * import { singularValues } from '@ebbflow/core'
 * singularValues([3, 0, 0, -2], 2, 2) // [3, 2]
 * ```
 */
export function singularValues(values: ArrayLike<number>, rows: number, columns: number): Float64Array {
  if (values.length !== rows * columns)
    throw new EbbflowError('shape', 'the numbers do not fill the matrix', {
      expected: `${rows} × ${columns}`,
      received: `${values.length} numbers`,
    })
  const wide = columns > rows
  const [n, length] = wide ? [rows, columns] : [columns, rows]
  // the shorter side's vectors, to be turned until they are orthogonal
  const vectors = Array.from({ length: n }, (_, j) =>
    Float64Array.from({ length }, (_, i) => values[wide ? j * columns + i : i * columns + j]!),
  )
  if (vectors.some((v) => !v.every(Number.isFinite)))
    throw new EbbflowError('not-finite', 'a matrix that is not finite has no singular values')
  for (let sweep = 0, turned = true; turned && sweep < 60; sweep++) {
    turned = false
    for (let p = 0; p < n - 1; p++)
      for (let q = p + 1; q < n; q++) if (orthogonalise(vectors[p]!, vectors[q]!)) turned = true
  }
  return Float64Array.from(vectors, (v) => Math.sqrt(dot(v, v))).sort((a, b) => b - a)
}

/** Turns two vectors in their plane until they are orthogonal; false when they were already. */
function orthogonalise(a: Float64Array, b: Float64Array): boolean {
  const aa = dot(a, a)
  const bb = dot(b, b)
  const ab = dot(a, b)
  if (Math.abs(ab) <= 4 * Number.EPSILON * Math.sqrt(aa * bb)) return false
  const zeta = (bb - aa) / (2 * ab)
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta))
  const c = 1 / Math.sqrt(1 + t * t)
  const s = c * t
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!
    a[i] = c * x - s * b[i]!
    b[i] = s * x + c * b[i]!
  }
  return true
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
