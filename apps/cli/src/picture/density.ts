import { blur2 } from 'd3-array'
import { contours } from 'd3-contour'

/** A density on a square grid of `size` × `size` cells, row-major from the lower left. */
export interface Grid {
  readonly size: number
  readonly values: Float64Array
}

/**
 * Counts points, given by their places in 0 … 1, in a grid and smooths it as suits `points` of them, so that sets of different sizes
 * can be compared; points outside are left out.
 */
export function gridOf(x: Float64Array, y: Float64Array, size: number, points: number): Grid {
  const values = new Float64Array(size * size)
  for (let i = 0; i < x.length; i++) {
    const c = Math.floor(x[i]! * size)
    const r = Math.floor(y[i]! * size)
    if (!(c >= 0 && c < size && r >= 0 && r < size)) continue
    values[r * size + c]! += 1
  }
  // Scott's rule in cells, for data that fill about a fifth of the width by their deviation
  blur2({ data: values, width: size, height: size }, Math.max(1, 0.14 * size * Math.max(points, 1) ** (-1 / 6)))
  return { size, values }
}

/** The levels above which the given shares of a grid's mass lie, in the order of the shares. */
export function levelsOf(grid: Grid, shares: readonly number[]): number[] {
  const sorted = grid.values.slice().sort().reverse()
  const total = sorted.reduce((a, b) => a + b, 0)
  return shares.map((share) => {
    let sum = 0
    for (const value of sorted) {
      sum += value
      if (sum >= share * total) return value
    }
    return 0
  })
}

/** The outline of where a grid exceeds `level`, as SVG path data; `place` maps 0 … 1 on each axis to the drawing. */
export function outline(grid: Grid, level: number, place: (x: number, y: number) => [number, number]): string {
  const { size, values } = grid
  // a border of zeros closes what touches the edge
  const wide = size + 2
  const padded = new Float64Array(wide * wide)
  for (let r = 0; r < size; r++) padded.set(values.subarray(r * size, (r + 1) * size), (r + 1) * wide + 1)
  const shape = contours()
    .size([wide, wide])
    .contour(padded as unknown as number[], level)
  const clamp = (v: number): number => Math.min(1, Math.max(0, (v - 1) / size))
  return shape.coordinates
    .flat()
    .map(
      (ring) =>
        `M${ring
          .slice(0, -1)
          .map(([x, y]) =>
            place(clamp(x!), clamp(y!))
              .map((v) => Math.round(v * 10) / 10)
              .join(','),
          )
          .join('L')}Z`,
    )
    .join('')
}

/** Shares of points in equal bins over 0 … 1, per bin width: a histogram that integrates to at most 1. */
export function histogramOf(x: Float64Array, bins: number): Float64Array {
  const out = new Float64Array(bins)
  for (const place of x) {
    const bin = Math.floor(place * bins)
    if (bin >= 0 && bin < bins) out[bin]! += bins / x.length
  }
  return out
}
