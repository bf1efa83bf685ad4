/** A density on [lower, upper] drawn as straight lines between equally spaced heights. */
export interface Drawn {
  readonly lower: number
  readonly upper: number
  /** Abscissae of the heights. */
  readonly knots: readonly number[]
  /** p at the knots, of mass 1. */
  readonly heights: readonly number[]
  /** F at the knots, from 0 to 1. */
  readonly masses: readonly number[]
}

/**
 * Scales heights to a density of mass 1.
 *
 * @throws RangeError when no height is positive or one is negative.
 */
export function drawn(raw: readonly number[], lower: number, upper: number): Drawn {
  if (raw.some((h) => !(h >= 0)) || !raw.some((h) => h > 0))
    throw new RangeError('a density needs heights that are not negative, and some that are positive')
  const width = (upper - lower) / (raw.length - 1)
  const areas = raw.slice(1).map((h, i) => (width * (h + raw[i]!)) / 2)
  const total = areas.reduce((sum, area) => sum + area, 0)
  const masses = [0]
  for (const area of areas) masses.push(masses[masses.length - 1]! + area / total)
  masses[masses.length - 1] = 1
  return {
    lower,
    upper,
    knots: raw.map((_, i) => lower + i * width),
    heights: raw.map((h) => h / total),
    masses,
  }
}

/** p(x), 0 outside of the drawing. */
export function density({ lower, upper, heights }: Drawn, x: number): number {
  if (x < lower || x > upper) return 0
  const at = ((x - lower) / (upper - lower)) * (heights.length - 1)
  const i = Math.min(Math.floor(at), heights.length - 2)
  return heights[i]! + (at - i) * (heights[i + 1]! - heights[i]!)
}

/** F(x) = ∫ p up to x: a parabola between knots. */
export function cdf({ lower, upper, heights, masses }: Drawn, x: number): number {
  if (x <= lower) return 0
  if (x >= upper) return 1
  const width = (upper - lower) / (heights.length - 1)
  const i = Math.min(Math.floor((x - lower) / width), heights.length - 2)
  const t = (x - lower) / width - i
  return masses[i]! + width * t * (heights[i]! + (t * (heights[i + 1]! - heights[i]!)) / 2)
}

/** F⁻¹(u) for u in [0, 1]: the segment by bisection, then the root of its parabola that does not cancel. */
export function quantile({ lower, upper, heights, masses }: Drawn, u: number): number {
  let [a, b] = [0, masses.length - 1]
  while (b - a > 1) {
    const middle = (a + b) >> 1
    if (masses[middle]! <= u) a = middle
    else b = middle
  }
  const width = (upper - lower) / (heights.length - 1)
  const need = Math.max(0, u - masses[a]!) / width
  const rise = heights[a + 1]! - heights[a]!
  const root = heights[a]! + Math.sqrt(Math.max(0, heights[a]! ** 2 + 2 * rise * need))
  const t = root === 0 ? 0 : (2 * need) / root
  return lower + width * (a + Math.min(1, t))
}
