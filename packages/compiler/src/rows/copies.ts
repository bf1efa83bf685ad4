import { type Node, stridesOf, type Use, type View } from '../graph.js'
import { outermost, within } from './axis.js'
import { axisOf, isAt, MIXED, type RowRule, type Rows, repeats, shapeOf } from './verdict.js'

/** Parts that are written to views of a whole. */
export const join: RowRule = (node, rows) => {
  const views = node.attrs.views as readonly View[]
  const shape = shapeOf(rows, node.outputs[0]!)
  const at = outermost(shape, rows.rows)
  if (!at) return MIXED
  const perEntry = stridesOf(shape)[at.axis]!
  const axes: Record<string, number> = {}
  for (const [i, [name, use]] of Object.entries(node.inputs).entries()) {
    const view = views[i]!
    const axis = use.shape.findIndex((size, k) => view.strides[k] === perEntry && size === shape[at.axis])
    if (axis < 0 || !within(view, use.shape, axis, perEntry)) return MIXED
    const fits =
      rows.kindOf(use) === 'rows' ? isAt(axisOf(use, rows), { axis, each: at.each }) : repeats(use, axis, rows)
    if (!fits) return MIXED
    axes[name] = axis
  }
  return { kind: 'rows', axes }
}

/** Inputs in their own order: their rows are outermost. */
function plainRows(node: Node, rows: Rows): Record<string, number> {
  const axes: Record<string, number> = {}
  for (const [name, use] of Object.entries(node.inputs)) {
    const at = rows.kindOf(use) === 'rows' ? outermost(use.shape, rows.rows) : undefined
    if (at) axes[name] = at.axis
  }
  return axes
}

export const gather: RowRule = (node, rows) => {
  const { x, indices } = node.inputs as { x: Use; indices: Use }
  const { outer, taken } = node.attrs as { outer: number; taken: number }
  const [values, places] = [rows.kindOf(x), rows.kindOf(indices)]
  const axes = plainRows(node, rows)
  const kept = outermost(shapeOf(rows, node.outputs[0]!), rows.rows) !== undefined
  const entries = values === 'rows' && places === 'fixed' && axes.x !== undefined && outer % rows.rows === 0
  const table =
    values === 'fixed' && places === 'rows' && axes.indices !== undefined && outer === 1 && taken % rows.rows === 0
  return kept && (entries || table) ? { kind: 'rows', axes } : MIXED
}

export const segments: RowRule = (node, rows) => {
  const { x, indices } = node.inputs as { x: Use; indices: Use }
  const axes = plainRows(node, rows)
  const both =
    rows.kindOf(x) === 'rows' && rows.kindOf(indices) === 'rows' && axes.x !== undefined && axes.indices !== undefined
  return both && (node.attrs.rows as number) % rows.rows === 0 ? { kind: 'sum', axes } : MIXED
}

export const running: RowRule = (node, rows) => {
  const axes = plainRows(node, rows)
  return axes.x !== undefined && (node.attrs.outer as number) % rows.rows === 0 ? { kind: 'rows', axes } : MIXED
}
