import { check } from '@ebbflow/core/plain'
import { massLevels } from './density.js'
import { type Range, rangeOf } from './extent.js'
import type { Field } from './field.js'
import { binsFor, type Histogram, histogram, pointDensity } from './histogram.js'

/** One column of a corner plot: its values in one or more sets, and whether its axis is logarithmic. */
export interface CornerColumn {
  /** Its name, with its unit. */
  readonly name: string
  /** Its values in each set, as many as the set has rows. */
  readonly sets: readonly Float64Array[]
  readonly log?: boolean
}

/** One axis of a corner plot, in units of the column, or of its logarithm to base 10. */
export interface CornerAxis {
  readonly name: string
  readonly log: boolean
  readonly range: Range
  /** A histogram for each set. */
  readonly histograms: readonly Histogram[]
}

/** A pair of columns: the density of each set and the levels that hold the shares of its mass. */
export interface CornerPair {
  readonly x: number
  readonly y: number
  readonly densities: readonly { readonly field: Field; readonly levels: readonly number[] }[]
}

/** What a corner plot shows. */
export interface Corner {
  readonly axes: readonly CornerAxis[]
  /** Pairs of columns x < y. */
  readonly pairs: readonly CornerPair[]
  readonly shares: readonly number[]
}

/** Options of {@link corner}. */
export interface CornerOptions {
  /** Shares of the mass that the contours hold. Default 0.95, 0.75, 0.5, 0.25. */
  readonly shares?: readonly number[]
  /** Cells of a pair's grid on each axis. Default 100. */
  readonly size?: number
}

/**
 * The data of a corner plot: a histogram of each column, a smooth density of each pair, for one or more sets of rows. Axes show 99.6 % of
 * the first set; sets of different sizes are smoothed alike, so that they can be compared.
 *
 * @throws EbbflowError `argument` for no column, or a logarithmic one with no positive value.
 */
export function corner(
  columns: readonly CornerColumn[],
  { shares = [0.95, 0.75, 0.5, 0.25], size = 100 }: CornerOptions = {},
): Corner {
  check(columns.length > 0, 'a corner plot needs at least one column')
  const suits = Math.min(...columns[0]!.sets.map((values) => values.length))
  const placed = columns.map(({ sets, log = false }) =>
    // what a logarithm does not take lies below the axis
    sets.map((values) => (log ? values.map((v) => (v > 0 ? Math.log10(v) : -Infinity)) : values)),
  )
  const axes = columns.map(({ name, log = false }, i): CornerAxis => {
    const range = shown(placed[i]![0]!, log)
    const bins = binsFor(suits)
    return { name, log, range, histograms: placed[i]!.map((values) => histogram(values, { range, bins })) }
  })
  const pairs = axes.flatMap((_, y) =>
    axes.slice(0, y).map((_, x): CornerPair => {
      const grid = { x: axes[x]!.range, y: axes[y]!.range, size, suits }
      const densities = placed[x]!.map((values, s) => {
        const field = pointDensity(interleave(values, placed[y]![s]!), grid)
        return { field, levels: massLevels(field, shares) }
      })
      return { x, y, densities }
    }),
  )
  return { axes, pairs, shares }
}

function interleave(x: Float64Array, y: Float64Array): Float64Array {
  const out = new Float64Array(2 * x.length)
  for (let i = 0; i < x.length; i++) {
    out[2 * i] = x[i]!
    out[2 * i + 1] = y[i]!
  }
  return out
}

/** The range of an axis: without the most extreme values, and not below zero where there are none. */
function shown(values: Float64Array, log: boolean): Range {
  const [low, high] = rangeOf(values, { share: 0.996, margin: 0.04 })
  const least = values.reduce((a, b) => Math.min(a, b), Infinity)
  return !log && least >= 0 ? [Math.max(low, Math.min(0, least)), high] : [low, high]
}
