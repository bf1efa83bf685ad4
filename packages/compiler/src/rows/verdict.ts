import type { Shape } from '@ebbflow/core'
import { fillOf, type Graph, type Node, type Use, viewOf } from '../graph.js'
import { type RowAxis, rowAxisOf } from './axis.js'

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

export const MIXED: Verdict = { kind: 'mixed', axes: {} }
export const shapeOf = ({ graph }: Rows, value: number): Shape => graph.values[value]!.shape

export const axisOf = (use: Use, rows: Rows): RowAxis | undefined => rowAxisOf(use, shapeOf(rows, use.value), rows.rows)

/** Whether a fixed use is the same for every entry of an axis. */
export const repeats = (use: Use, axis: number, { graph }: Rows): boolean =>
  viewOf(use).strides[axis] === 0 || fillOf(graph, use) !== undefined

/** The rows of several uses that are broadcast together: all with rows have them along one axis, and the fixed ones repeat along it. */
export function together(
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

export const isAt = (at: RowAxis | undefined, other: RowAxis): boolean =>
  at?.axis === other.axis && at.each === other.each
