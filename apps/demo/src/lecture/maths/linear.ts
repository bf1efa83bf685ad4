/** A point or a vector of the plane. */
export type Point = readonly [number, number]

/** A square matrix by rows. */
export type Matrix = readonly (readonly number[])[]

/** The Jacobian ∂fᵢ/∂xⱼ by central differences of step h, whose error is O(h²). */
export function numericJacobian(
  f: (x: readonly number[]) => ArrayLike<number>,
  x: readonly number[],
  h = 1e-5,
): Matrix {
  const columns = x.map((_, j) => {
    const at = (step: number): ArrayLike<number> => f(x.map((value, k) => (k === j ? value + step : value)))
    const [above, below] = [at(h), at(-h)]
    return Array.from({ length: above.length }, (_, i) => (above[i]! - below[i]!) / (2 * h))
  })
  return columns[0]!.map((_, i) => columns.map((column) => column[i]!))
}

/** Sign and log|det| by elimination with pivots; log|det| = −∞ for a singular matrix. */
export function signAndLogDet(matrix: Matrix): { sign: number; logAbs: number } {
  const rows = matrix.map((row) => [...row])
  let sign = 1
  let logAbs = 0
  for (let k = 0; k < rows.length; k++) {
    let pivot = k
    for (let i = k + 1; i < rows.length; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i
    const value = rows[pivot]![k]!
    if (value === 0) return { sign: 0, logAbs: Number.NEGATIVE_INFINITY }
    if (pivot !== k) {
      ;[rows[pivot], rows[k]] = [rows[k]!, rows[pivot]!]
      sign = -sign
    }
    sign *= Math.sign(value)
    logAbs += Math.log(Math.abs(value))
    for (let i = k + 1; i < rows.length; i++) {
      const factor = rows[i]![k]! / value
      for (let j = k; j < rows.length; j++) rows[i]![j] = rows[i]![j]! - factor * rows[k]![j]!
    }
  }
  return { sign, logAbs }
}

/** The signed area of a polygon (the shoelace formula); positive where its corners go anticlockwise. */
export function signedArea(corners: readonly Point[]): number {
  let twice = 0
  for (let i = 0; i < corners.length; i++) {
    const [a, b] = [corners[i]!, corners[(i + 1) % corners.length]!]
    twice += a[0] * b[1] - b[0] * a[1]
  }
  return twice / 2
}
