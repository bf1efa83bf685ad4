import { check, EbbflowError } from '@ebbflow/core/plain'
import { checkRange, type Extent } from './extent.js'

/** Values at the centres of the cells of a grid over a rectangle, row by row from the lowest y, each from the lowest x. */
export interface Field extends Extent {
  readonly columns: number
  readonly rows: number
  readonly values: Float64Array
}

/** A rectangle and the number of cells, the same on both axes or `[columns, rows]`. */
export interface GridOptions extends Extent {
  /** Default 128. */
  readonly size?: number | readonly [columns: number, rows: number]
}

/** The numbers of columns and rows of a grid. */
export function sizeOfGrid({ x, y, size = 128 }: GridOptions): [columns: number, rows: number] {
  checkRange(x, 'x')
  checkRange(y, 'y')
  const [columns, rows] = typeof size === 'number' ? [size, size] : size
  for (const n of [columns, rows])
    check(Number.isInteger(n) && n > 0, 'the size of a grid must be a positive whole number', { received: `${n}` })
  return [columns, rows]
}

/**
 * The centres of a grid's cells as points `[columns · rows, 2]`, in the order of a {@link Field}'s values.
 *
 * @example
 * ```ts
 * gridPoints({ x: [0, 2], y: [0, 1], size: [2, 1] }) // 0.5, 0.5, 1.5, 0.5
 * ```
 */
export function gridPoints(options: GridOptions): Float32Array {
  const [columns, rows] = sizeOfGrid(options)
  const { x, y } = options
  const out = new Float32Array(2 * columns * rows)
  for (let r = 0, k = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      out[k++] = x[0] + ((c + 0.5) * (x[1] - x[0])) / columns
      out[k++] = y[0] + ((r + 0.5) * (y[1] - y[0])) / rows
    }
  return out
}

/**
 * Values at {@link gridPoints} as a field.
 *
 * @throws EbbflowError `shape` unless there is one value a cell.
 */
export function fieldOf(values: ArrayLike<number>, options: GridOptions): Field {
  const [columns, rows] = sizeOfGrid(options)
  if (values.length !== columns * rows)
    throw new EbbflowError('shape', 'a field has one value a cell', {
      expected: `${columns * rows}`,
      received: `${values.length}`,
    })
  return { x: options.x, y: options.y, columns, rows, values: Float64Array.from(values) }
}

/** The area of one cell. */
export const cellArea = ({ x, y, columns, rows }: Field): number => ((x[1] - x[0]) / columns) * ((y[1] - y[0]) / rows)

/** A field's value at a place, linear between the cells' centres and constant beyond the outermost ones. */
export function valueAt({ x, y, columns, rows, values }: Field, px: number, py: number): number {
  const place = (v: number, [low, high]: Extent['x'], n: number): [number, number, number] => {
    const at = Math.min(n - 1, Math.max(0, ((v - low) / (high - low)) * n - 0.5))
    const i = Math.min(Math.floor(at), Math.max(0, n - 2))
    return [i, Math.min(i + 1, n - 1), at - i]
  }
  const [c, c1, u] = place(px, x, columns)
  const [r, r1, v] = place(py, y, rows)
  const row = (k: number): number => (1 - u) * values[k * columns + c]! + u * values[k * columns + c1]!
  return (1 - v) * row(r) + v * row(r1)
}
