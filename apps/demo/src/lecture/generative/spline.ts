import { normalDensity } from '../maths/normal.js'

/**
 * A curve through given points, monotone wherever they are: cubic Hermite pieces with Steffen's slopes (Astron. Astrophys. 239, 443–450,
 * 1990), which vanish where the points turn, so that every piece is monotone by itself; straight beyond the ends.
 */
export interface Spline {
  readonly z: readonly number[]
  readonly x: readonly number[]
  readonly slopes: readonly number[]
}

/** The spline through (zᵢ, xᵢ), z increasing. */
export function spline(z: readonly number[], x: readonly number[]): Spline {
  const last = z.length - 1
  const secant = (i: number): number => (x[i + 1]! - x[i]!) / (z[i + 1]! - z[i]!)
  const slopes = z.map((_, i) => {
    if (i === 0) return secant(0)
    if (i === last) return secant(last - 1)
    const [left, right] = [secant(i - 1), secant(i)]
    if (left * right <= 0) return 0
    const [a, b] = [z[i]! - z[i - 1]!, z[i + 1]! - z[i]!]
    const parabola = (left * b + right * a) / (a + b)
    return Math.sign(left) * Math.min(2 * Math.abs(left), 2 * Math.abs(right), Math.abs(parabola))
  })
  return { z, x, slopes }
}

/** G(z) and G′(z). */
export function evaluate({ z, x, slopes }: Spline, at: number): { value: number; slope: number } {
  const last = z.length - 1
  if (at <= z[0]!) return { value: x[0]! + slopes[0]! * (at - z[0]!), slope: slopes[0]! }
  if (at >= z[last]!) return { value: x[last]! + slopes[last]! * (at - z[last]!), slope: slopes[last]! }
  let i = 0
  while (at > z[i + 1]!) i++
  const h = z[i + 1]! - z[i]!
  const t = (at - z[i]!) / h
  const rise = (x[i + 1]! - x[i]!) / h
  const c = 3 * rise - 2 * slopes[i]! - slopes[i + 1]!
  const d = slopes[i]! + slopes[i + 1]! - 2 * rise
  return {
    value: x[i]! + h * t * (slopes[i]! + t * (c + t * d)),
    slope: slopes[i]! + t * (2 * c + 3 * t * d),
  }
}

/** Every z with G(z) = x: at most one a piece, by bisection to the last bits. */
export function preimages(curve: Spline, target: number): number[] {
  const { z, x, slopes } = curve
  const last = z.length - 1
  const found: number[] = []
  const before = z[0]! + (target - x[0]!) / slopes[0]!
  if (slopes[0] !== 0 && before < z[0]!) found.push(before)
  for (let i = 0; i < last; i++) {
    const up = Math.sign(x[i + 1]! - x[i]!)
    // half-open, so that a value met at a knot counts once where the curve passes through it
    if (up === 0 || (target - x[i]!) * up < 0 || (target - x[i + 1]!) * up >= 0) continue
    let [a, b] = [z[i]!, z[i + 1]!]
    for (let step = 0; step < 60; step++) {
      const middle = (a + b) / 2
      if ((evaluate(curve, middle).value - target) * up <= 0) a = middle
      else b = middle
    }
    found.push((a + b) / 2)
  }
  const after = z[last]! + (target - x[last]!) / slopes[last]!
  if (slopes[last] !== 0 && after >= z[last]!) found.push(after)
  return found
}

/** Whether G is one-to-one: its points rise throughout, or fall throughout. */
export function invertible({ x }: Spline): boolean {
  const signs = new Set(x.slice(1).map((value, i) => Math.sign(value - x[i]!)))
  return signs.size === 1 && !signs.has(0)
}

/** The density of x = G(z) for a standard normal z: Σ φ(z) / |G′(z)| over all z with G(z) = x. */
export const pushedDensity = (curve: Spline, x: number): number =>
  preimages(curve, x).reduce((sum, z) => sum + normalDensity(z) / Math.abs(evaluate(curve, z).slope), 0)
