import { check, EbbflowError } from '@ebbflow/core/plain'
import { type Field, fieldOf, type GridOptions, gridPoints } from './field.js'

/** A layer's image of n rows one after another and, where it has one, log|det J| at each row. */
export type LayerMap = (rows: Float32Array, n: number) => { values: ArrayLike<number>; logDet?: ArrayLike<number> }

/** Rows on their way through layers. */
export interface LayerPath {
  /** How many rows. */
  readonly n: number
  /** The rows before the first layer and after each: K + 1 arrays `[n, width]`. */
  readonly steps: readonly Float32Array[]
  /** log|det J| of each layer at each row: K arrays of n, NaN where a layer tells none. */
  readonly logDet: readonly Float64Array[]
}

/**
 * Carries rows through layers and keeps every stage.
 *
 * @throws EbbflowError `shape` when the numbers do not make whole rows.
 * @example
 * ```ts
 * const double = (rows: Float32Array, n: number) => ({ values: rows.map((v) => 2 * v), logDet: Array(n).fill(2 * Math.log(2)) })
 * layerPath(Float32Array.of(1, 0), [double, double]).steps[2] // 4, 0
 * ```
 */
export function layerPath(rows: Float32Array, layers: readonly LayerMap[], width = 2): LayerPath {
  const n = rows.length / width
  if (!Number.isInteger(n))
    throw new EbbflowError('shape', 'the rows are not whole', {
      expected: `a multiple of ${width} numbers`,
      received: `${rows.length}`,
    })
  const steps = [rows]
  const logDet: Float64Array[] = []
  for (const layer of layers) {
    const mapped = layer(steps.at(-1)!, n)
    steps.push(Float32Array.from(mapped.values))
    logDet.push(mapped.logDet ? Float64Array.from(mapped.logDet) : new Float64Array(n).fill(Number.NaN))
  }
  return { n, steps, logDet }
}

/**
 * The rows at a stage t in 0 … K, linear between the stages of whole numbers: what a slider through the layers shows.
 *
 * @throws EbbflowError `shape` between layers that change the size of a row.
 */
export function pathAt({ steps }: LayerPath, t: number): Float32Array {
  const last = steps.length - 1
  const place = Math.min(last, Math.max(0, t))
  const k = Math.min(Math.floor(place), Math.max(0, last - 1))
  const u = place - k
  const from = steps[k]!
  if (u === 0) return from.slice()
  const to = steps[k + 1]!
  if (to.length !== from.length)
    throw new EbbflowError('shape', 'nothing lies between rows of different sizes', {
      expected: `${from.length}`,
      received: `${to.length}`,
    })
  return from.map((v, i) => (1 - u) * v + u * to[i]!)
}

/** One row's way through the layers. */
export interface Trajectory {
  /** The row before the first layer and after each. */
  readonly rows: readonly Float32Array[]
  /** log|det J| of each layer on the way. */
  readonly logDet: Float64Array
  /** Their sum: the whole map's. */
  readonly total: number
}

/** The way of row i, with what each layer did to volumes there. */
export function trajectory({ n, steps, logDet }: LayerPath, i: number): Trajectory {
  check(Number.isInteger(i) && i >= 0 && i < n, 'no such row', { expected: `0 to ${n - 1}`, received: `${i}` })
  const own = Float64Array.from(logDet, (values) => values[i]!)
  return {
    rows: steps.map((rows) => rows.slice((i * rows.length) / n, ((i + 1) * rows.length) / n)),
    logDet: own,
    total: own.reduce((a, b) => a + b, 0),
  }
}

/** A layer's log|det J| over its own input, on a grid. */
export function logDetField(layer: LayerMap, options: GridOptions): Field {
  return logDetFields([layer], options).layers[0]!
}

/** Log-determinants over the input of the first layer. */
export interface LogDetFields {
  /** Each layer's, at the values that reach it. */
  readonly layers: readonly Field[]
  /** Their sum: the whole map's. */
  readonly total: Field
}

/**
 * log|det J| of each layer of a chain, and of the whole, as functions of the point that enters the chain, on a grid.
 *
 * @throws EbbflowError `argument` when a layer tells no log-determinant.
 */
export function logDetFields(layers: readonly LayerMap[], options: GridOptions): LogDetFields {
  const { logDet, n } = layerPath(gridPoints(options), layers)
  const silent = logDet.findIndex((values) => values.every(Number.isNaN))
  check(silent < 0, `layer ${silent} tells no log-determinant`)
  const total = new Float64Array(n)
  for (const values of logDet) for (let i = 0; i < n; i++) total[i]! += values[i]!
  return { layers: logDet.map((values) => fieldOf(values, options)), total: fieldOf(total, options) }
}
