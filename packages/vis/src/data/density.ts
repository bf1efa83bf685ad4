import { check, EbbflowError } from '@ebbflow/core/plain'
import { cellArea, type Field, fieldOf, type GridOptions, gridPoints } from './field.js'

/** log p at n points `[n, 2]`, in nats; −∞ where the density is zero. */
export type LogDensity = (points: Float32Array, n: number) => ArrayLike<number>

/** A density on a grid. */
export interface DensityGrid extends Field {
  /** Σ p · cell area: the mass within the rectangle by the midpoint rule, 1 where it holds everything and the cells are small. */
  readonly mass: number
}

/**
 * A density p(x, y) on a grid, from its logarithm.
 *
 * @throws EbbflowError `not-finite` where log p is NaN or +∞, naming the point.
 * @example
 * ```ts
 * const normal = (xy: Float32Array, n: number) =>
 *   Float64Array.from({ length: n }, (_, i) => -Math.log(2 * Math.PI) - (xy[2 * i]! ** 2 + xy[2 * i + 1]! ** 2) / 2)
 * densityGrid(normal, { x: [-5, 5], y: [-5, 5], size: 64 }).mass // 1.0000
 * ```
 */
export function densityGrid(logDensity: LogDensity, options: GridOptions): DensityGrid {
  const points = gridPoints(options)
  return densityGridOf(logDensity(points, points.length / 2), options)
}

/** A density on a grid from values of log p at {@link gridPoints} that were computed elsewhere, as in a worker. */
export function densityGridOf(logDensities: ArrayLike<number>, options: GridOptions): DensityGrid {
  const field = fieldOf(logDensities, options)
  const { values } = field
  for (let i = 0; i < values.length; i++) {
    const log = values[i]!
    if (Number.isNaN(log) || log === Infinity) {
      const points = gridPoints(options)
      const at = `(${points[2 * i]!}, ${points[2 * i + 1]!})`
      throw new EbbflowError('not-finite', `log p at ${at} is ${log}`)
    }
    values[i] = Math.exp(log)
  }
  return { ...field, mass: cellArea(field) * values.reduce((a, b) => a + b, 0) }
}

/**
 * The densities of x and of y on their own, from one on a grid: sums over the other axis times the width of a cell.
 *
 * @example
 * ```ts
 * const grid = densityGrid((_, n) => new Float64Array(n).fill(-Math.log(2)), { x: [0, 1], y: [0, 2], size: 4 })
 * gridMarginals(grid).y.density // 0.5, 0.5, 0.5, 0.5
 * ```
 */
export function gridMarginals(field: Field): { x: Curve; y: Curve } {
  const { x, y, columns, rows, values } = field
  const [dx, dy] = [(x[1] - x[0]) / columns, (y[1] - y[0]) / rows]
  const onX = new Float64Array(columns)
  const onY = new Float64Array(rows)
  values.forEach((value, i) => {
    onX[i % columns]! += value * dy
    onY[Math.floor(i / columns)]! += value * dx
  })
  const centres = (low: number, step: number, n: number) =>
    Float64Array.from({ length: n }, (_, i) => low + (i + 0.5) * step)
  return {
    x: { at: centres(x[0], dx, columns), density: onX },
    y: { at: centres(y[0], dy, rows), density: onY },
  }
}

/** A density of one variable at places on its axis. */
export interface Curve {
  readonly at: Float64Array
  readonly density: Float64Array
}

/**
 * The levels of a field of densities above which given shares of its mass lie: the boundaries of its highest-density regions, in the order
 * of the shares (Hyndman 1996, "Computing and graphing highest density regions").
 */
export function massLevels(field: Field, shares: readonly number[]): number[] {
  for (const share of shares)
    check(share > 0 && share < 1, 'a share of the mass lies in (0, 1)', { received: `${share}` })
  const sorted = field.values.slice().sort().reverse()
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
