import { identity, solveTriangle } from './lu.js'

/**
 * A = L D U with complete pivoting, in A's own row and column order: L is a permuted unit lower triangle, U a unit upper triangle with
 * permuted columns. Zero pivots come last, and L and U are well conditioned whatever the rank of A.
 */
interface RankRevealing {
  readonly pivots: Float64Array
  /** det L · det U = ±1. */
  readonly sign: number
  readonly inverseL: Float64Array
  readonly inverseU: Float64Array
}

function decompose(a: Float64Array, n: number): RankRevealing {
  const m = a.slice()
  const rows = Int32Array.from({ length: n }, (_, i) => i)
  const columns = Int32Array.from({ length: n }, (_, i) => i)
  const at = (i: number, j: number): number => rows[i]! * n + columns[j]!
  const lower = identity(n)
  const upper = identity(n)
  const pivots = new Float64Array(n)
  let sign = 1
  for (let k = 0; k < n; k++) {
    let p = k
    let q = k
    for (let i = k; i < n; i++)
      for (let j = k; j < n; j++)
        if (Math.abs(m[at(i, j)]!) > Math.abs(m[at(p, q)]!)) {
          p = i
          q = j
        }
    if (p !== k) {
      sign = -sign
      exchange(rows, k, p)
      for (let c = 0; c < k; c++) exchange(lower, k * n + c, p * n + c)
    }
    if (q !== k) {
      sign = -sign
      exchange(columns, k, q)
      for (let r = 0; r < k; r++) exchange(upper, r * n + k, r * n + q)
    }
    const pivot = m[at(k, k)]!
    pivots[k] = pivot
    if (pivot === 0) continue
    for (let j = k + 1; j < n; j++) upper[k * n + j] = m[at(k, j)]! / pivot
    for (let i = k + 1; i < n; i++) {
      const l = m[at(i, k)]! / pivot
      lower[i * n + k] = l
      for (let j = k + 1; j < n; j++) m[at(i, j)]! -= l * m[at(k, j)]!
    }
  }
  const invert = (t: Float64Array, isLower: boolean): Float64Array => {
    const out = identity(n)
    solveTriangle(t, n, out, n, { lower: isLower, transpose: false, unitDiagonal: true })
    return out
  }
  // undo the permutations: (P L)⁻¹ = L⁻¹P⁻¹ moves columns, (U Q)⁻¹ = Q⁻¹U⁻¹ moves rows
  const l = invert(lower, true)
  const u = invert(upper, false)
  const inverseL = new Float64Array(n * n)
  const inverseU = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      inverseL[i * n + rows[j]!] = l[i * n + j]!
      inverseU[columns[i]! * n + j] = u[i * n + j]!
    }
  return { pivots, sign, inverseL, inverseU }
}

function exchange(values: Float64Array | Int32Array, i: number, j: number): void {
  const held = values[i]!
  values[i] = values[j]!
  values[j] = held
}

/** Π of `d` without its i-th entry, for each i, without dividing. */
function productsWithoutOne(d: Float64Array, skip = -1): Float64Array {
  const n = d.length
  const out = new Float64Array(n).fill(1)
  let before = 1
  for (let i = 0; i < n; i++) {
    out[i] = before
    if (i !== skip) before *= d[i]!
  }
  let after = 1
  for (let i = n - 1; i >= 0; i--) {
    out[i]! *= after
    if (i !== skip) after *= d[i]!
  }
  return out
}

/** C = Aᵀ M Bᵀ for n×n matrices. */
function sandwich(a: Float64Array, m: Float64Array, b: Float64Array, n: number): Float64Array {
  return multiply(multiply(a, m, n, true, false), b, n, false, true)
}

function multiply(a: Float64Array, b: Float64Array, n: number, ta = false, tb = false): Float64Array {
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const x = ta ? a[k * n + i]! : a[i * n + k]!
      for (let j = 0; j < n; j++) out[i * n + j]! += x * (tb ? b[j * n + k]! : b[k * n + j]!)
    }
  return out
}

/**
 * The cofactor matrix of A, which is the gradient of det A, right at any rank: cofactors are multiplicative, and those of a
 * diagonal matrix need no division.
 */
export function cofactors(a: Float64Array, n: number): Float64Array {
  const { pivots, sign, inverseL, inverseU } = decompose(a, n)
  const without = productsWithoutOne(pivots)
  const middle = new Float64Array(n * n)
  for (let i = 0; i < n; i++) middle[i * n + i] = sign * without[i]!
  return sandwich(inverseL, middle, inverseU, n)
}

/** The derivative of {@link cofactors} at A in the direction H: symmetric in H and the cotangent, as det's second derivative is. */
export function cofactorsAlong(a: Float64Array, h: Float64Array, n: number): Float64Array {
  const { pivots, sign, inverseL, inverseU } = decompose(a, n)
  // A + εH = L (D + ε L⁻¹H U⁻¹) U
  const g = multiply(multiply(inverseL, h, n), inverseU, n)
  const middle = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const without = productsWithoutOne(pivots, i)
    for (let j = 0; j < n; j++) {
      if (j === i) continue
      middle[i * n + i]! += sign * g[j * n + j]! * without[j]!
      middle[i * n + j] = -sign * g[j * n + i]! * without[j]!
    }
  }
  return sandwich(inverseL, middle, inverseU, n)
}
