/**
 * The lower Cholesky factor of the symmetric part of `a` (Golub and Van Loan 2013, section 4.2), and the first row whose pivot is not
 * positive, −1 when there is none. NaN passes through.
 */
export function choleskyFactor(a: Float64Array, n: number): { l: Float64Array; failedAt: number } {
  const l = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    const diagonal = a[j * n + j]!
    let d = diagonal
    for (let k = 0; k < j; k++) d -= l[j * n + k]! ** 2
    // what is left of the diagonal is lost when it is below its own rounding error
    if (d <= n * Number.EPSILON * Math.abs(diagonal)) return { l, failedAt: j }
    const root = Math.sqrt(d)
    l[j * n + j] = root
    for (let i = j + 1; i < n; i++) {
      let s = (a[i * n + j]! + a[j * n + i]!) / 2
      for (let k = 0; k < j; k++) s -= l[i * n + k]! * l[j * n + k]!
      l[i * n + j] = s / root
    }
  }
  return { l, failedAt: -1 }
}

/**
 * The reduced QR factorisation of an m×n matrix, m ≥ n, by Householder reflections (Golub and Van Loan 2013, section 5.2), made unique
 * by a diagonal of R that is not negative.
 */
export function qrFactor(a: Float64Array, m: number, n: number): { q: Float64Array; r: Float64Array } {
  const work = a.slice()
  const reflections: Float64Array[] = []
  for (let k = 0; k < n; k++) {
    const v = new Float64Array(m)
    let norm = 0
    for (let i = k; i < m; i++) {
      v[i] = work[i * n + k]!
      norm = Math.hypot(norm, v[i]!)
    }
    v[k]! += v[k]! < 0 ? -norm : norm
    let squared = 0
    for (let i = k; i < m; i++) squared += v[i]! ** 2
    // scaled so that the reflection is x − v(vᵀx)
    const scale = squared > 0 ? Math.sqrt(2 / squared) : squared
    for (let i = k; i < m; i++) v[i]! *= scale
    reflect(v, work, m, n, k)
    reflections.push(v)
  }
  const q = new Float64Array(m * n)
  for (let i = 0; i < n; i++) q[i * n + i] = 1
  for (let k = n - 1; k >= 0; k--) reflect(reflections[k]!, q, m, n, k)
  const r = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const flip = work[i * n + i]! < 0 ? -1 : 1
    for (let j = i; j < n; j++) r[i * n + j] = flip * work[i * n + j]!
    for (let row = 0; row < m; row++) q[row * n + i]! *= flip
  }
  return { q, r }
}

function reflect(v: Float64Array, x: Float64Array, m: number, n: number, from: number): void {
  for (let j = 0; j < n; j++) {
    let dot = 0
    for (let i = from; i < m; i++) dot += v[i]! * x[i * n + j]!
    for (let i = from; i < m; i++) x[i * n + j]! -= dot * v[i]!
  }
}
