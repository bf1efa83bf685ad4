import { isElementwise } from '../emit/elementwise.js'
import { LINEAR } from '../emit/linalg/linear.js'
import type { Node, Use } from '../graph.js'
import { MASKED } from '../linear.js'
import { HOST } from '../passes/lower.js'
import { SWEEP } from '../sweeps.js'
import { elementwise, linear, product, reduction } from './arithmetic.js'
import { outermost } from './axis.js'
import { gather, join, running, segments } from './copies.js'
import { byRows, onHost } from './own-kernels.js'
import { type RowRule, type Rows, repeats, shapeOf, type Verdict } from './verdict.js'

const RULES: Readonly<Record<string, RowRule>> = {
  ...Object.fromEntries(LINEAR.map((kernel) => [kernel, linear])),
  Sum: reduction,
  Max: reduction,
  Min: reduction,
  Prod: reduction,
  MatMul: product,
  Join: join,
  Gather: gather,
  SegmentSum: segments,
  Cumsum: running,
  [MASKED]: byRows(['1']),
}

/**
 * What is the same for every row may be written once for each all the same: a number that is spread over a batch. Undefined where a node of
 * fixed inputs does nothing of the kind.
 */
export function spread(node: Node, rows: Rows): Verdict | undefined {
  const shape = shapeOf(rows, node.outputs[0]!)
  const at = outermost(shape, rows.rows)
  if (at?.each !== 1) return undefined
  if (node.kernel === 'Join') {
    const verdict = join(node, rows)
    return verdict.kind === 'rows' ? verdict : undefined
  }
  if (node.kernel === 'MatMul') {
    const { a } = node.inputs as { a: Use }
    const m = a.shape.length - 1 - ((node.attrs.depth as number | undefined) ?? 1)
    const rowsOfA = at.axis === m && !node.inputs.table && repeats(a, m, rows)
    return rowsOfA ? { kind: 'rows', axes: { a: m } } : undefined
  }
  if (!isElementwise(node.kernel)) return undefined
  const axes: Record<string, number> = {}
  for (const [name, use] of Object.entries(node.inputs)) {
    const axis = at.axis - (shape.length - use.shape.length)
    if (axis < 0 || use.shape[axis] === 1) continue
    if (!repeats(use, axis, rows)) return undefined
    axes[name] = axis
  }
  return { kind: 'rows', axes }
}

/** The rule for a node; undefined where there is none, and rows must be taken for mixed. */
export function ruleFor(node: Node): RowRule | undefined {
  if (isElementwise(node.kernel)) return elementwise
  if (node.kernel === HOST) {
    const { kernel, attrs } = node.attrs as { kernel: string; attrs: Readonly<Record<string, unknown>> }
    return onHost(kernel, attrs)
  }
  if (node.kernel === SWEEP) return byRows(['y', 'context'])
  return RULES[node.kernel]
}

/** A node's attributes for another number of rows. */
export function attrsWithRows(node: Node, axes: Verdict['axes'], from: number, to: number): Node['attrs'] {
  const scaled = (name: string): Node['attrs'] => ({
    ...node.attrs,
    [name]: ((node.attrs[name] as number) / from) * to,
  })
  if (node.kernel === 'Cumsum') return scaled('outer')
  if (node.kernel === 'SegmentSum') return scaled('rows')
  if (node.kernel === 'Gather') return scaled(axes.x === undefined ? 'taken' : 'outer')
  return node.attrs
}
