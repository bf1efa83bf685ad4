import { check } from '@ebbflow/core/plain'

/** Where an axis begins and ends. */
export type Range = readonly [low: number, high: number]

/** A rectangle in the plane. */
export interface Extent {
  readonly x: Range
  readonly y: Range
}

/** Options of {@link rangeOf}. */
export interface RangeOptions {
  /** The share of values that lies within, cut equally at both ends. Default 1. */
  share?: number
  /** By how much of its width the range is widened at each end. Default 0.05. */
  margin?: number
}

/**
 * The range of finite values, without the most extreme ones if so asked, and a margin. A range of no width is widened by 1 on each side.
 *
 * @throws EbbflowError `argument` when no value is finite.
 * @example
 * ```ts
 * rangeOf([0, 4, 10], { margin: 0.1 }) // [-1, 11]
 * ```
 */
export function rangeOf(values: ArrayLike<number>, { share = 1, margin = 0.05 }: RangeOptions = {}): Range {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort()
  check(sorted.length > 0, 'a range needs finite values')
  check(share > 0 && share <= 1, 'a share lies in (0, 1]', { received: `${share}` })
  const at = (level: number): number => sorted[Math.round(level * (sorted.length - 1))]!
  const [low, high] = [at((1 - share) / 2), at((1 + share) / 2)]
  const room = low < high ? margin * (high - low) : 1
  return [low - room, high + room]
}

/** Options of {@link extentOf}. */
export interface ExtentOptions extends RangeOptions {
  /** Whether both axes get the same width, so that shapes keep theirs in a square picture. Default false. */
  square?: boolean
}

/**
 * The rectangle that holds points `[n, 2]`, x and y by turns.
 *
 * @example
 * ```ts
 * extentOf([0, 0, 2, 1], { margin: 0, square: true }) // { x: [0, 2], y: [-0.5, 1.5] }
 * ```
 */
export function extentOf(points: ArrayLike<number>, { square = false, ...options }: ExtentOptions = {}): Extent {
  const column = (axis: number): Float64Array =>
    Float64Array.from({ length: points.length >> 1 }, (_, i) => points[2 * i + axis]!)
  const [x, y] = [rangeOf(column(0), options), rangeOf(column(1), options)]
  if (!square) return { x, y }
  const half = Math.max(x[1] - x[0], y[1] - y[0]) / 2
  const around = ([low, high]: Range): Range => [(low + high) / 2 - half, (low + high) / 2 + half]
  return { x: around(x), y: around(y) }
}

/** Throws unless a range rises and is finite. */
export function checkRange(range: Range, what: string): void {
  check(
    Number.isFinite(range[0]) && Number.isFinite(range[1]) && range[0] < range[1],
    `${what} must be a rising range`,
    {
      received: `[${range[0]}, ${range[1]}]`,
    },
  )
}
