// Golub and Van Loan, "Matrix computations" (2013), section 3.4. Matrices are square, row-major, in double precision.

/** P⁻¹A = LU: both triangles in one matrix, the row of A that each row came from, and the permutation's sign. */
export interface Factored {
  readonly lu: Float64Array
  readonly rows: Int32Array
  readonly sign: number
  /** Index of the first pivot that is zero, or nothing but rounding error; −1 when there is none. */
  readonly singularAt: number
}

/** LU factorisation of the n×n matrix `a` with partial pivoting. */
export function factor(a: Float64Array, n: number): Factored {
  const lu = a.slice()
  const rows = Int32Array.from({ length: n }, (_, i) => i)
  let sign = 1
  for (let k = 0; k < n; k++) {
    let best = k
    for (let i = k + 1; i < n; i++) if (Math.abs(lu[i * n + k]!) > Math.abs(lu[best * n + k]!)) best = i
    if (best !== k) {
      swapRows(lu, n, k, best)
      const held = rows[k]!
      rows[k] = rows[best]!
      rows[best] = held
      sign = -sign
    }
    const pivot = lu[k * n + k]!
    if (pivot === 0) continue
    for (let i = k + 1; i < n; i++) {
      const l = lu[i * n + k]! / pivot
      lu[i * n + k] = l
      if (l === 0) continue
      for (let j = k + 1; j < n; j++) lu[i * n + j]! -= l * lu[k * n + j]!
    }
  }
  return { lu, rows, sign, singularAt: firstLostPivot(a, lu, rows, n) }
}

function swapRows(m: Float64Array, n: number, i: number, j: number): void {
  for (let c = 0; c < n; c++) {
    const held = m[i * n + c]!
    m[i * n + c] = m[j * n + c]!
    m[j * n + c] = held
  }
}

/** A pivot is a sum of products; it is lost when it is below the rounding error of that sum (Higham 2002, section 9.3). */
function firstLostPivot(a: Float64Array, lu: Float64Array, rows: Int32Array, n: number): number {
  for (let k = 0; k < n; k++) {
    let terms = Math.abs(a[rows[k]! * n + k]!)
    for (let i = 0; i < k; i++) terms += Math.abs(lu[k * n + i]! * lu[i * n + k]!)
    if (Math.abs(lu[k * n + k]!) <= n * Number.EPSILON * terms) return k
  }
  return -1
}

/** Solves A X = B, or AᵀX = B, in place: `b` is n×columns and becomes X. */
export function solveFactored(f: Factored, n: number, b: Float64Array, columns: number, adjoint: boolean): void {
  const { lu, rows } = f
  const held = b.slice()
  if (adjoint) {
    solveTriangle(lu, n, b, columns, { lower: false, transpose: true, unitDiagonal: false })
    solveTriangle(lu, n, b, columns, { lower: true, transpose: true, unitDiagonal: true })
    held.set(b)
    for (let i = 0; i < n; i++) b.set(held.subarray(i * columns, (i + 1) * columns), rows[i]! * columns)
  } else {
    for (let i = 0; i < n; i++) b.set(held.subarray(rows[i]! * columns, (rows[i]! + 1) * columns), i * columns)
    solveTriangle(lu, n, b, columns, { lower: true, transpose: false, unitDiagonal: true })
    solveTriangle(lu, n, b, columns, { lower: false, transpose: false, unitDiagonal: false })
  }
}

/** Which triangle of a matrix is used, and how. */
export interface Triangle {
  readonly lower: boolean
  readonly transpose: boolean
  readonly unitDiagonal: boolean
}

/** Solves T X = B, or TᵀX = B, in place by substitution; returns the index of the first zero on the diagonal, or −1. */
export function solveTriangle(t: Float64Array, n: number, b: Float64Array, columns: number, kind: Triangle): number {
  const forwards = kind.lower !== kind.transpose
  let zeroAt = -1
  for (let step = 0; step < n; step++) {
    const i = forwards ? step : n - 1 - step
    for (let k = forwards ? 0 : i + 1; k < (forwards ? i : n); k++) {
      const factor = kind.transpose ? t[k * n + i]! : t[i * n + k]!
      if (factor === 0) continue
      for (let c = 0; c < columns; c++) b[i * columns + c]! -= factor * b[k * columns + c]!
    }
    if (kind.unitDiagonal) continue
    const d = t[i * n + i]!
    if (d === 0 && (zeroAt < 0 || i < zeroAt)) zeroAt = i
    for (let c = 0; c < columns; c++) b[i * columns + c]! /= d
  }
  return zeroAt
}

/** A⁻¹ from the factorisation. */
export function inverseFactored(f: Factored, n: number): Float64Array {
  const out = identity(n)
  solveFactored(f, n, out, n, false)
  return out
}

/** The n×n identity. */
export function identity(n: number): Float64Array {
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++) out[i * n + i] = 1
  return out
}
