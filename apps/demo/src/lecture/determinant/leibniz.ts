import type { Matrix } from '../maths/linear.js'

/** A permutation of 0 … n − 1 with its sign, +1 for an even number of exchanges. */
export interface Signed {
  readonly order: readonly number[]
  readonly sign: 1 | -1
}

/** All n! permutations of 0 … n − 1, the identity first. */
export function permutations(n: number): Signed[] {
  if (n === 0) return [{ order: [], sign: 1 }]
  return Array.from({ length: n }, (_, first) =>
    permutations(n - 1).map(
      ({ order, sign }): Signed => ({
        order: [first, ...order.map((k) => (k >= first ? k + 1 : k))],
        // `first` stands before the `first` smaller numbers
        sign: first % 2 === 0 ? sign : (-sign as 1 | -1),
      }),
    ),
  ).flat()
}

/** A summand of the determinant: sign · Π aᵢ,order(i). */
export interface Term extends Signed {
  readonly factors: readonly number[]
  readonly value: number
}

/** The summands of Leibniz' formula, det A = Σ over permutations of sign · Π aᵢ,σ(i). */
export const terms = (matrix: Matrix): Term[] =>
  permutations(matrix.length).map(({ order, sign }) => {
    const factors = order.map((j, i) => matrix[i]![j]!)
    return { order, sign, factors, value: factors.reduce((product, a) => product * a, sign as number) }
  })

/** det A by Leibniz' formula: exact for whole numbers, and slow for large n. */
export const determinant = (matrix: Matrix): number => terms(matrix).reduce((sum, { value }) => sum + value, 0)
