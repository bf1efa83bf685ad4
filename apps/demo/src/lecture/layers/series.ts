import type { Matrix } from '../maths/linear.js'

/** The sums Σ_{k ≤ n} (−1)^(k+1) tr(Aᵏ) / k for n = 1 … `terms`, which approach ln det(I + A) where A contracts. */
export function seriesOf(matrix: Matrix, terms: number): number[] {
  const n = matrix.length
  let power = matrix.map((row) => [...row])
  let sum = 0
  return Array.from({ length: terms }, (_, i) => {
    const k = i + 1
    const trace = power.reduce((total, row, d) => total + row[d]!, 0)
    sum += ((k % 2 === 1 ? 1 : -1) * trace) / k
    power = power.map((row) =>
      Array.from({ length: n }, (_, j) => row.reduce((total, value, m) => total + value * matrix[m]![j]!, 0)),
    )
    return sum
  })
}
