import type { Use } from '../graph.js'
import { outermost, type RowAxis } from './axis.js'
import { axisOf, isAt, MIXED, type RowRule, repeats, shapeOf, together } from './verdict.js'

export const elementwise: RowRule = (node, rows) => {
  const shape = shapeOf(rows, node.outputs[0]!)
  const found = together(node.inputs, shape, rows)
  if (!found || !isAt(outermost(shape, rows.rows), found.at)) return MIXED
  return { kind: 'rows', axes: found.axes }
}

export const reduction: RowRule = (node, rows) => {
  const x = node.inputs.x!
  const reduced = node.attrs.axes as readonly boolean[]
  const at = axisOf(x, rows)
  if (!at) return MIXED
  if (reduced[at.axis]) return node.kernel === 'Sum' ? { kind: 'sum', axes: { x: at.axis } } : MIXED
  // the rows stay outermost where all before them is reduced, or of size 1
  const first = x.shape.findIndex((size, i) => !reduced[i] && size !== 1)
  return first === at.axis ? { kind: 'rows', axes: { x: at.axis } } : MIXED
}

/** a `[...batch, m, ...k]`, b `[...batch, ...k, n]`, with `depth` axes of k. */
export const product: RowRule = (node, rows) => {
  const { a, b } = node.inputs as { a: Use; b: Use }
  const shape = shapeOf(rows, node.outputs[0]!)
  const depth = (node.attrs.depth as number | undefined) ?? 1
  const [left, right] = [a, b].map((use) => (rows.kindOf(use) === 'rows' ? axisOf(use, rows) : ('fixed' as const)))
  const m = a.shape.length - 1 - depth
  if (!left || !right) return MIXED
  if (left !== 'fixed' && right !== 'fixed') {
    if (left.each !== right.each) return MIXED
    const axes = { a: left.axis, b: right.axis }
    // a table of depths is for sums of their own length
    const summed = left.axis > m && right.axis === left.axis - 1 && node.attrs.table !== 'depth'
    if (summed) return { kind: 'sum', axes }
    if (node.inputs.table) return MIXED
    const batched = left.axis === right.axis && left.axis < m && isAt(outermost(shape, rows.rows), left)
    return batched ? { kind: 'rows', axes } : MIXED
  }
  const at = left === 'fixed' ? (right as RowAxis) : left
  const fixed = left === 'fixed' ? a : b
  // a table of tiles is for rows of their own number
  if (node.attrs.table === 'rows') return MIXED
  // numbers that are the same for each row, summed with the rows
  const other = left === 'fixed' ? at.axis + 1 : at.axis - 1
  const summed = !node.inputs.table && (left === 'fixed' ? at.axis >= m && at.axis < m + depth : at.axis > m)
  if (summed && repeats(fixed, other, rows))
    return { kind: 'sum', axes: left === 'fixed' ? { a: other, b: at.axis } : { a: at.axis, b: other } }
  if (at.axis > m || node.attrs.table === 'rows' || !isAt(outermost(shape, rows.rows), at)) return MIXED
  if (at.axis < m) return repeats(fixed, at.axis, rows) ? { kind: 'rows', axes: { a: at.axis, b: at.axis } } : MIXED
  return left === 'fixed' ? MIXED : { kind: 'rows', axes: { a: m } }
}

/** Matrices `[...batch, n, n]`, and right-hand sides `[...batch, n, columns]`: rows lie along the batch, or side by side before one matrix. */
export const linear: RowRule = (node, rows) => {
  const { 0: a, 1: b } = node.inputs
  const at = outermost(shapeOf(rows, node.outputs[0]!), rows.rows)
  if (!at) return MIXED
  const rank = Math.max(a!.shape.length, b?.shape.length ?? 0)
  if (b && node.attrs.turned && at.axis === rank - 2)
    return rows.kindOf(a!) === 'fixed' && isAt(axisOf(b, rows), { axis: b.shape.length - 1, each: at.each })
      ? { kind: 'rows', axes: { 1: b.shape.length - 1 } }
      : MIXED
  // no shape that the inputs broadcast to has more axes
  const found = at.axis < rank - 2 ? together(node.inputs, Array<number>(rank).fill(0), rows) : undefined
  return found && isAt(at, found.at) ? { kind: 'rows', axes: found.axes } : MIXED
}
