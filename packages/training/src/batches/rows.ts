import { EbbflowError, type NestedNumbers, type Shape, showShape, sizeOf } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Pace } from '../pace.js'
import type { Vector } from '../vectors.js'

/** A typed array of numbers. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array

/**
 * Rows of numbers, one event a row: a flat typed array (with its width, or that of the events), nested arrays, or a tensor of
 * shape `[rows, ...event]`. Float arrays are read where they lie: leave them as they are until the fit is over.
 */
export type RowsLike =
  | NumericArray
  | { readonly values: NumericArray; readonly width: number }
  | readonly NestedNumbers[]
  | tf.Tensor

/** Rows that have been checked: finite numbers, each row of shape `shape`. */
export interface CheckedRows {
  readonly values: Vector
  readonly rows: number
  readonly width: number
  readonly shape: Shape
}

/** What the rows must look like. */
export interface Expected {
  /** What they are, for messages: `data`, `context`. */
  readonly what: string
  /** Shape of a row; found in the rows when absent. */
  readonly shape?: Shape | undefined
  /** Number of rows; any when absent. */
  readonly rows?: number | undefined
}

const BLOCK = 1 << 16

/**
 * Rows, checked.
 *
 * @throws EbbflowError `data` for no rows, a row of another width, a wrong number of rows, and for what is not a finite number,
 * naming its row and column (counted from 0).
 */
export async function checkRows(rows: RowsLike, expected: Expected, pace: Pace): Promise<CheckedRows> {
  const table = rows instanceof tf.Tensor ? fromTensor(rows, expected) : await fromArrays(rows, expected, pace)
  if (table.rows === 0) throw new EbbflowError('data', `${expected.what} has no rows`)
  if (expected.rows !== undefined && table.rows !== expected.rows)
    throw new EbbflowError('data', `${expected.what} has another number of rows`, {
      expected: `${expected.rows}`,
      received: `${table.rows}`,
    })
  for (let start = 0; start < table.values.length; start += BLOCK) {
    checkBlock(table, expected.what, start)
    if (pace.due) await pace.turn()
  }
  return table
}

function fromTensor(rows: tf.Tensor, { what, shape }: Expected): CheckedRows {
  const [count = 0, ...event] = rows.shape
  // one number an event may come without an axis of its own
  const found = event.length === 0 ? (shape ?? [1]) : event
  if (
    rows.rank === 0 ||
    (shape && showShape(found) !== showShape(shape)) ||
    (event.length === 0 && sizeOf(found) !== 1)
  )
    throw wrongWidth(what, shape ? `[rows${shape.map((n) => `, ${n}`).join('')}]` : '[rows, columns]', rows)
  const values = rows.dataSync() as Vector
  return {
    // cpu and native give out their storage, which the caller may free
    values: values instanceof Float64Array ? values.slice() : Float32Array.from(values),
    rows: count,
    width: sizeOf(found),
    shape: found,
  }
}

async function fromArrays(rows: Exclude<RowsLike, tf.Tensor>, expected: Expected, pace: Pace): Promise<CheckedRows> {
  if (Array.isArray(rows)) return fromNested(rows as readonly NestedNumbers[], expected, pace)
  const flat = 'values' in rows && ArrayBuffer.isView(rows.values) ? rows.values : (rows as NumericArray)
  if (!ArrayBuffer.isView(flat) || flat instanceof DataView)
    throw new EbbflowError('data', `${expected.what} is of another kind`, {
      expected: 'a typed array, nested arrays, or a tensor',
      received: rows === null ? 'null' : typeof rows,
    })
  const stated = flat === rows ? undefined : (rows as { width: number }).width
  const implied = expected.rows === undefined ? 1 : flat.length / expected.rows
  const shape = expected.shape ?? [stated ?? implied]
  const width = sizeOf(shape)
  if (!Number.isInteger(width) || width < 1 || (stated !== undefined && stated !== width) || flat.length % width !== 0)
    throw new EbbflowError('data', `${expected.what} does not divide into rows`, {
      expected: `a whole number of rows of ${width} values`,
      received: stated === undefined ? `${flat.length} values` : `rows of ${stated} values, ${flat.length} in all`,
    })
  const values = flat instanceof Float32Array || flat instanceof Float64Array ? flat : Float64Array.from(flat)
  return { values, rows: flat.length / width, width, shape }
}

async function fromNested(rows: readonly NestedNumbers[], expected: Expected, pace: Pace): Promise<CheckedRows> {
  const shape = expected.shape ?? shapeOf(rows[0])
  const width = sizeOf(shape)
  const values = new Float64Array(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    const end = width === 1 && typeof row === 'number' ? put(row) : fill(row, 0, i * width)
    if (end !== (i + 1) * width) throw wrongRow(i, end - i * width)
    if ((i & 1023) === 0 && pace.due) await pace.turn()

    function put(value: number): number {
      values[i] = value
      return i + 1
    }
    function fill(item: unknown, depth: number, at: number): number {
      if (depth === shape.length) {
        if (typeof item === 'number') {
          values[at] = item
          return at + 1
        }
        if (Array.isArray(item)) throw wrongRow(i, item.length)
        throw new EbbflowError(
          'data',
          `${expected.what}: row ${i}, ${columnOf(at - i * width, shape)} is not a number`,
          { received: JSON.stringify(item) ?? String(item) },
        )
      }
      if (!Array.isArray(item) || item.length !== shape[depth]) throw wrongRow(i, Array.isArray(item) ? item.length : 1)
      let next = at
      for (const inner of item) next = fill(inner, depth + 1, next)
      return next
    }
  }
  return { values, rows: rows.length, width, shape }

  function wrongRow(row: number, found: number): EbbflowError {
    return new EbbflowError('data', `${expected.what}: row ${row} has another width`, {
      expected: shape.length > 1 ? `shape ${showShape(shape)}` : `${width} value${width === 1 ? '' : 's'}`,
      received: `${found}`,
    })
  }
}

function shapeOf(item: unknown): number[] {
  if (!Array.isArray(item)) return [1]
  const inner = item[0]
  return Array.isArray(inner) ? [item.length, ...shapeOf(inner)] : [item.length]
}

function checkBlock({ values, width, shape }: CheckedRows, what: string, start: number): void {
  const end = Math.min(values.length, start + BLOCK)
  for (let i = start; i < end; i++) {
    const value = values[i]!
    // a difference with itself is zero for finite numbers alone
    if (value - value !== 0)
      throw new EbbflowError(
        'data',
        `${what}: row ${Math.floor(i / width)}, ${columnOf(i % width, shape)} is not a finite number`,
        { received: String(value) },
      )
  }
}

/** A place in a row, for people: `column 3`, or `position [4, 0]` in an event of several axes. */
export function columnOf(offset: number, shape: Shape): string {
  if (shape.length < 2) return `column ${offset}`
  const place: number[] = []
  let rest = offset
  for (const size of [...shape].reverse()) {
    place.unshift(rest % size)
    rest = Math.floor(rest / size)
  }
  return `position ${showShape(place)}`
}

function wrongWidth(what: string, expected: string, rows: tf.Tensor): EbbflowError {
  return new EbbflowError('data', `${what} has another shape`, { expected, received: showShape(rows.shape) })
}
