import { betainc, gammainc, ndtri } from '@ebbflow/core/plain'

/** The x in [low, high] at which a rising function reaches p, by bisection to the last bit that counts. */
function solveRising(f: (x: number) => number, p: number, low: number, high: number): number {
  let [a, b] = [low, high]
  for (let i = 0; i < 80 && b - a > 1e-14 * Math.max(1, Math.abs(b)); i++) {
    const middle = (a + b) / 2
    if (f(middle) < p) a = middle
    else b = middle
  }
  return (a + b) / 2
}

/** P(χ²_d ≤ s): the distribution of |z|² for a standard normal z of d values. */
export const chiSquareCdf = (d: number, s: number): number => gammainc(d / 2, s / 2)

/** The s with P(χ²_d ≤ s) = p. */
export function chiSquareQuantile(d: number, p: number): number {
  let high = d + 10
  while (chiSquareCdf(d, high) < p) high *= 2
  return solveRising((s) => chiSquareCdf(d, s), p, 0, high)
}

/** The standard normal's. */
export const normalQuantileOf = ndtri

/** Probability p of the k-th smallest of n uniforms on (0, 1), which is Beta(k, n − k + 1). */
export const orderQuantile = (k: number, n: number, p: number): number =>
  solveRising((u) => betainc(k, n - k + 1, u), p, 0, 1)
