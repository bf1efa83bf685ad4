import { check } from '@ebbflow/core/plain'
import { checkRange, type Extent } from './extent.js'
import type { LayerPath } from './layers.js'

/** Polylines: points `[n, 2]` one after another, and where each line begins, with n at the end. */
export interface Lines {
  readonly points: Float32Array
  readonly starts: Uint32Array
}

/** Options of {@link gridLines}. */
export interface GridLinesOptions extends Extent {
  /** Lines on each axis, those on the edges among them. Default 21. */
  readonly lines?: number
  /** Points on each line: what is mapped stays smooth with many. Default 161. */
  readonly points?: number
}

/**
 * The lines of a coordinate grid, first those along y from low to high x, then those along x: to be carried through layers by `layerPath`.
 *
 * @example
 * ```ts
 * const grid = gridLines({ x: [0, 1], y: [0, 1], lines: 3, points: 2 })
 * grid.starts // 0, 2, 4, 6, 8, 10, 12
 * ```
 */
export function gridLines({ x, y, lines = 21, points = 161 }: GridLinesOptions): Lines {
  checkRange(x, 'x')
  checkRange(y, 'y')
  check(Number.isInteger(lines) && lines > 1, 'a grid needs at least two lines', { received: `${lines}` })
  check(Number.isInteger(points) && points > 1, 'a line needs at least two points', { received: `${points}` })
  const out = new Float32Array(4 * lines * points)
  const at = ([low, high]: Extent['x'], i: number, n: number): number => low + (i * (high - low)) / (n - 1)
  let k = 0
  for (const along of ['y', 'x'])
    for (let line = 0; line < lines; line++)
      for (let i = 0; i < points; i++) {
        out[k++] = along === 'y' ? at(x, line, lines) : at(x, i, points)
        out[k++] = along === 'y' ? at(y, i, points) : at(y, line, lines)
      }
  return { points: out, starts: Uint32Array.from({ length: 2 * lines + 1 }, (_, i) => i * points) }
}

/** The ways of points through layers as polylines, one a point. */
export function trajectoryLines({ n, steps }: LayerPath): Lines {
  const count = steps.length
  const points = new Float32Array(2 * n * count)
  steps.forEach((rows, k) => {
    for (let i = 0; i < n; i++) {
      points[2 * (i * count + k)] = rows[2 * i]!
      points[2 * (i * count + k) + 1] = rows[2 * i + 1]!
    }
  })
  return { points, starts: Uint32Array.from({ length: n + 1 }, (_, i) => i * count) }
}
