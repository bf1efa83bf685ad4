import { type Shape, sizeOf } from '@ebbflow/core'
import { type Use, type View, viewOf } from '../graph.js'

/** Where a shape has the rows of a batch: its axis `axis` goes over `each` entries of row 0, then as many of row 1, and so on. */
export interface RowAxis {
  readonly axis: number
  readonly each: number
}

/** Rows that lie outermost in a shape, one after another, behind axes of size 1 only; undefined where they cannot. */
export function outermost(shape: Shape, rows: number): RowAxis | undefined {
  const axis = shape.findIndex((size) => size !== 1)
  const size = shape[axis]
  if (size === undefined || size === 0 || size % rows !== 0) return undefined
  return { axis, each: size / rows }
}

/** Whether entry 0 of a row, and all others along the axes but `axis`, lie within `room` elements from the row's start. */
export function within({ offset, strides }: View, shape: Shape, axis: number, room: number): boolean {
  let [least, most] = [offset, offset]
  for (let i = 0; i < shape.length; i++) {
    if (i === axis) continue
    const reach = strides[i]! * (shape[i]! - 1)
    if (reach < 0) least += reach
    else most += reach
  }
  return least >= 0 && most < room
}

/**
 * The rows in a use of a value whose rows lie one after another in memory: the axis along which each entry, or each run of `each` of
 * them, belongs to the next row. Undefined where the use does not go over all rows in their order.
 */
export function rowAxisOf(use: Use, valueShape: Shape, rows: number): RowAxis | undefined {
  const view = viewOf(use)
  const perRow = sizeOf(valueShape) / rows
  for (let axis = 0; axis < use.shape.length; axis++) {
    const size = use.shape[axis]!
    const stride = view.strides[axis]!
    if (size === 0 || size % rows !== 0 || stride <= 0) continue
    const each = size / rows
    if (stride * each === perRow && within(view, use.shape, axis, stride)) return { axis, each }
  }
  return undefined
}

/** A shape with another number of rows along an axis. */
export const withRows = (shape: Shape, axis: number, from: number, to: number): number[] =>
  shape.map((size, i) => (i === axis ? (size / from) * to : size))
