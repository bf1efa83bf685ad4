import { check, EbbflowError } from '@ebbflow/core/plain'

/** Values over steps. */
export interface Series {
  readonly x: Float64Array
  readonly y: Float64Array
}

/**
 * The exponential moving average of a series, without the pull of its start: mₜ = Σ λ^(t−s) yₛ / Σ λ^(t−s), with λ such that a value's
 * weight halves in `halfLife` values. What is not finite is left out.
 *
 * @example
 * ```ts
 * smoothed([2, 2, 4], { halfLife: 1 }) // 2, 2, 3.1428571
 * ```
 */
export function smoothed(values: ArrayLike<number>, { halfLife }: { halfLife: number }): Float64Array {
  check(halfLife > 0, 'a half-life must be positive', { received: `${halfLife}` })
  const keep = 2 ** (-1 / halfLife)
  let sum = 0
  let weight = 0
  return Float64Array.from(values, (value) => {
    const known = Number.isFinite(value)
    sum = keep * sum + (known ? value : 0)
    weight = keep * weight + (known ? 1 : 0)
    return weight === 0 ? Number.NaN : sum / weight
  })
}

/**
 * A series with at most about `points` of its points: the first, the last, and of each stretch between the lowest and the highest, in their
 * order, so that no spike is lost. A value that is not finite is kept as the end of its stretch.
 *
 * @throws EbbflowError `shape` for x and y of different lengths.
 */
export function downsampled(
  { x, y }: { x: ArrayLike<number>; y: ArrayLike<number> },
  { points = 1000 }: { points?: number } = {},
): Series {
  if (x.length !== y.length)
    throw new EbbflowError('shape', 'a series has one y for each x', {
      expected: `${x.length}`,
      received: `${y.length}`,
    })
  check(Number.isInteger(points) && points >= 4, 'points must be at least 4', { received: `${points}` })
  const n = x.length
  const pick = (at: readonly number[]): Series => ({
    x: Float64Array.from(at, (i) => x[i]!),
    y: Float64Array.from(at, (i) => y[i]!),
  })
  if (n <= points) return pick(Array.from({ length: n }, (_, i) => i))
  const stretches = (points - 2) >> 1
  const chosen = [0]
  for (let s = 0; s < stretches; s++) {
    const from = 1 + Math.floor((s * (n - 2)) / stretches)
    const to = 1 + Math.floor(((s + 1) * (n - 2)) / stretches)
    let [low, high, gap] = [from, from, -1]
    for (let i = from; i < to; i++) {
      if (!Number.isFinite(y[i]!)) gap = i
      // comparisons with NaN are false: a finite value takes its place
      if (!(y[i]! >= y[low]!)) low = i
      if (!(y[i]! <= y[high]!)) high = i
    }
    chosen.push(...new Set([low, high, ...(gap < 0 ? [] : [gap])].sort((a, b) => a - b)))
  }
  return pick([...chosen, n - 1])
}
