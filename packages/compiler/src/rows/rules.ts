import type { Shape } from '@ebbflow/core'
import { isElementwise } from '../emit/elementwise.js'
import { LINEAR } from '../emit/linalg/linear.js'
import { fillOf, type Graph, type Node, stridesOf, type Use, type View, viewOf } from '../graph.js'
import { MASKED } from '../linear.js'
import { HOST } from '../passes/lower.js'
import { SWEEP } from '../sweeps.js'
import { outermost, type RowAxis, rowAxisOf, within } from './axis.js'

/**
 * What a value is to the rows of a batch: `fixed`, the same whatever the rows are; of `rows`, each of which it has from that row of the
 * inputs alone, one after another; a `sum` over rows of such a thing, times what is fixed; computed `after` such sums, from them and fixed values alone;
 * or `mixed`.
 */
export type RowKind = 'fixed' | 'rows' | 'sum' | 'after' | 'mixed'

/** What a kernel makes of rows: its outputs' kind, and along which axis each of its inputs has the rows, or repeats itself for each. */
export interface Verdict {
  readonly kind: RowKind
  readonly axes: Readonly<Record<string, number>>
  /** Of each output, where they are not all of one kind. */
  readonly kinds?: readonly RowKind[]
}

/** Which values of a graph depend on the rows of a batch, and how. */
export interface RowAnalysis {
  readonly graph: Graph
  readonly rows: number
  /** By value. */
  readonly kinds: readonly RowKind[]
  readonly verdicts: ReadonlyMap<Node, Verdict>
  /** Of the bodies of iterations that keep rows apart. */
  readonly bodies: ReadonlyMap<Node, RowAnalysis>
}

/** What rules know of a graph. */
export interface Rows {
  readonly graph: Graph
  readonly rows: number
  readonly kindOf: (use: Use) => RowKind
}

/** A rule sees only nodes of which an input has rows and the others are fixed. */
export type RowRule = (node: Node, rows: Rows) => Verdict

const MIXED: Verdict = { kind: 'mixed', axes: {} }
const shapeOf = ({ graph }: Rows, value: number): Shape => graph.values[value]!.shape

const axisOf = (use: Use, rows: Rows): RowAxis | undefined => rowAxisOf(use, shapeOf(rows, use.value), rows.rows)

/** Whether a fixed use is the same for every entry of an axis. */
const repeats = (use: Use, axis: number, { graph }: Rows): boolean =>
  viewOf(use).strides[axis] === 0 || fillOf(graph, use) !== undefined

/** The rows of several uses that are broadcast together: all with rows have them along one axis, and the fixed ones repeat along it. */
function together(
  uses: Node['inputs'],
  shape: Shape,
  rows: Rows,
): { at: RowAxis; axes: Record<string, number> } | undefined {
  let at: RowAxis | undefined
  const shift = (use: Use): number => shape.length - use.shape.length
  for (const use of Object.values(uses)) {
    if (rows.kindOf(use) !== 'rows') continue
    const own = axisOf(use, rows)
    if (!own) return undefined
    const axis = own.axis + shift(use)
    if (at && (at.axis !== axis || at.each !== own.each)) return undefined
    at = { axis, each: own.each }
  }
  if (!at) return undefined
  const axes: Record<string, number> = {}
  for (const [name, use] of Object.entries(uses)) {
    const axis = at.axis - shift(use)
    if (axis < 0 || use.shape[axis] === 1) continue
    if (rows.kindOf(use) !== 'rows' && !repeats(use, axis, rows)) return undefined
    axes[name] = axis
  }
  return { at, axes }
}

const isAt = (at: RowAxis | undefined, other: RowAxis): boolean => at?.axis === other.axis && at.each === other.each

const elementwise: RowRule = (node, rows) => {
  const shape = shapeOf(rows, node.outputs[0]!)
  const found = together(node.inputs, shape, rows)
  if (!found || !isAt(outermost(shape, rows.rows), found.at)) return MIXED
  return { kind: 'rows', axes: found.axes }
}

const reduction: RowRule = (node, rows) => {
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
const product: RowRule = (node, rows) => {
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

/** Parts that are written to views of a whole. */
const join: RowRule = (node, rows) => {
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

const gather: RowRule = (node, rows) => {
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

const segments: RowRule = (node, rows) => {
  const { x, indices } = node.inputs as { x: Use; indices: Use }
  const axes = plainRows(node, rows)
  const both =
    rows.kindOf(x) === 'rows' && rows.kindOf(indices) === 'rows' && axes.x !== undefined && axes.indices !== undefined
  return both && (node.attrs.rows as number) % rows.rows === 0 ? { kind: 'sum', axes } : MIXED
}

const running: RowRule = (node, rows) => {
  const axes = plainRows(node, rows)
  return axes.x !== undefined && (node.attrs.outer as number) % rows.rows === 0 ? { kind: 'rows', axes } : MIXED
}

/** Matrices `[...batch, n, n]`, and right-hand sides `[...batch, n, columns]`: rows lie along the batch, or side by side before one matrix. */
const linear: RowRule = (node, rows) => {
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
  [MASKED]: (node, rows) => byRows(['1'])(node, rows),
}

/** Kernels that work element by element all the same, on the engine; those of core without what is before them, and without their orders. */
const ON_HOST = new Set([
  ...['FloorDiv', 'Mod', 'Pow', 'BitwiseAnd', 'NormalHazardSlope', 'VonMisesMoment', 'VonMisesQuantile'],
  ...['BesselIe', 'BesselRatio', 'LogBesselI', 'Polygamma'],
  ...[
    'BetaDensity',
    'Betainc',
    'BetaincSlopeA',
    'BetaincSlopeB',
    'GammaDensity',
    'Gammainc',
    'Gammaincc',
    'GammaincSlope',
  ],
])
const isOnHost = (kernel: string): boolean => ON_HOST.has(kernel.replace('Ebbflow', '').replace(/\d/g, ''))

type Attributes = Readonly<Record<string, unknown>>
interface SweepPlan {
  readonly context: number
  readonly widths: readonly unknown[]
}
const planOf = (attrs: Attributes): SweepPlan => attrs.plan as SweepPlan
const first = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}`)

/** Kernels of our own that work row by row, and which of their inputs have rows. */
const BY_ROWS: Readonly<Record<string, (attrs: Attributes) => readonly string[]>> = {
  EbbflowAutoregressiveInverse: (attrs) => first(planOf(attrs).context > 0 ? 2 : 1),
  EbbflowAutoregressiveTransposed: (attrs) => first(4 + planOf(attrs).widths.length - 1),
}

/** All inputs with rows have them in front, and so have the outputs. */
const byRows =
  (names: readonly string[]): RowRule =>
  (node, rows) => {
    const plain = (shape: Shape): boolean => isAt(outermost(shape, rows.rows), { axis: 0, each: 1 })
    const fits = Object.entries(node.inputs).every(([name, use]) => {
      const kind = rows.kindOf(use)
      if (!names.includes(name)) return kind === 'fixed'
      return (kind === 'rows' || repeats(use, 0, rows)) && !use.view && plain(use.shape)
    })
    if (!fits || !node.outputs.every((output) => plain(shapeOf(rows, output)))) return MIXED
    return { kind: 'rows', axes: Object.fromEntries(names.map((name) => [name, 0])) }
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
    const { kernel, attrs } = node.attrs as { kernel: string; attrs: Attributes }
    const names = BY_ROWS[kernel]?.(attrs)
    return names ? byRows(names) : isOnHost(kernel) ? elementwise : undefined
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
