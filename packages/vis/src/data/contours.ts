import { contours as d3Contours } from 'd3-contour'
import { massLevels } from './density.js'
import type { Field } from './field.js'

/** Where a field is at least `level`: rings x₀, y₀, x₁, y₁, … in its own units, closed, holes among them (fill by the even-odd rule). */
export interface Contour {
  readonly level: number
  readonly rings: readonly Float64Array[]
}

/** A contour that holds a share of a density's mass. */
export interface Region extends Contour {
  readonly share: number
}

/**
 * The regions where a field is at least each of some levels, by marching squares with linear interpolation. A region that meets the
 * rectangle's edge is closed along it.
 */
export function contours(field: Field, levels: readonly number[]): Contour[] {
  const { x, y, columns, rows } = field
  // the outermost cells once more carry a region to the edge, a border below everything closes it there
  const [wide, high] = [columns + 4, rows + 4]
  const padded = new Float64Array(wide * high).fill(-Infinity)
  const clamp = (v: number, n: number): number => Math.min(n - 1, Math.max(0, v))
  for (let r = 1; r < high - 1; r++)
    for (let c = 1; c < wide - 1; c++)
      padded[r * wide + c] = field.values[clamp(r - 2, rows) * columns + clamp(c - 2, columns)]!
  const march = d3Contours().size([wide, high])
  const along = (v: number, [low, top]: Field['x'], n: number): number =>
    low + (Math.min(n, Math.max(0, v - 2)) * (top - low)) / n
  return levels.map((level) => ({
    level,
    rings: march
      .contour(padded as unknown as number[], level)
      .coordinates.flat()
      .map((ring) =>
        // the last point repeats the first
        Float64Array.from(ring.slice(0, -1).flatMap(([u, v]) => [along(u!, x, columns), along(v!, y, rows)])),
      ),
  }))
}

/**
 * The smallest regions that hold given shares of a density's mass within its rectangle.
 *
 * @example
 * ```ts
 * const normal = (xy: Float32Array, n: number) => Float64Array.from({ length: n }, (_, i) => -(xy[2 * i]! ** 2 + xy[2 * i + 1]! ** 2) / 2)
 * const [half] = densityRegions(densityGrid(normal, { x: [-5, 5], y: [-5, 5] }), [0.5])
 * half.rings.length // 1: a circle of radius √(2 log 2)
 * ```
 */
export function densityRegions(field: Field, shares: readonly number[] = [0.5, 0.9, 0.99]): Region[] {
  return contours(field, massLevels(field, shares)).map((contour, i) => ({ ...contour, share: shares[i]! }))
}
