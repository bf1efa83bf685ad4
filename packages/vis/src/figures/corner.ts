import { contours } from '../data/contours.js'
import type { Corner, CornerAxis, CornerPair } from '../data/corner.js'
import { type Mark, type Panel, type Scene, toPixels } from '../scene/scene.js'
import { type Theme, themeOf } from '../scene/theme.js'
import { inside, ticksOf } from './parts/axes.js'
import { contourMark } from './parts/field.js'
import type { FigureOptions } from './parts/options.js'
import { sceneOf } from './parts/scene.js'
import { heading, SIZE, textMark } from './parts/text.js'

/** Options of {@link cornerFigure}. */
export interface CornerFigureOptions extends FigureOptions {
  /** What the sets are. Default data and samples. */
  readonly labels?: readonly [data: string, samples: string]
}

const GAP = 16
const LEFT = 78
const RIGHT = 26
const BOTTOM = 62

/**
 * A corner plot: histograms of each column on the diagonal, below it the densities of each pair, the first set filled and the second as
 * lines at the same shares of mass, so that lines on the edges of the fills mean that the second follows the first.
 *
 * @example
 * ```ts
 * const columns = ['a', 'b'].map((name, i) => ({ name, sets: [Float64Array.from(rows, (row) => row[i])] }))
 * const svg = toSvg(cornerFigure(corner(columns), { title: 'Data' }))
 * ```
 */
export function cornerFigure({ axes, pairs, shares }: Corner, options: CornerFigureOptions = {}): Scene {
  const theme = themeOf(options.theme)
  const { labels = ['data', 'samples'] } = options
  const n = axes.length
  const sets = axes[0]?.histograms.length ?? 0
  const { width = Math.max(LEFT + n * 212 + (n - 1) * GAP + RIGHT, 420) } = options
  const cell = n === 1 && options.width === undefined ? 212 : (width - LEFT - RIGHT - (n - 1) * GAP) / n
  const head = heading(options, theme, LEFT)
  const key = keyMarks(labels, shares, sets, n > 1, theme)
  const top = head.bottom + (n === 1 ? key.height + 20 : 16)
  const at = (i: number): number => i * (cell + GAP)
  const place = (column: number, row: number, domain: Panel['domain']): Panel => ({
    x: LEFT + at(column),
    y: top + at(row),
    width: cell,
    height: cell,
    domain,
  })
  const diagonal = axes.map((axis, i) => place(i, i, { x: axis.range, y: [0, tallestOf(axis) / 0.92] }))
  const below = pairs.map(({ x, y }) => place(x, y, { x: axes[x]!.range, y: axes[y]!.range }))
  const marks: Mark[] = [
    ...head.marks,
    ...axes.map((axis, i) => inside(diagonal[i]!, histograms(axis, diagonal[i]!, theme))),
    ...pairs.map((pair, i) => inside(below[i]!, outlines(pair, below[i]!, theme))),
    ...[...diagonal, ...below].map(
      ({ x, y }): Mark => ({ kind: 'rect', x, y, width: cell, height: cell, stroke: theme.frame }),
    ),
    ...axes.flatMap((axis, i) => [
      ...lowerAxis(axis, LEFT + at(i), top + at(n - 1) + cell, cell, theme),
      ...(i > 0 ? leftAxis(axis, LEFT, top + at(i), cell, theme) : []),
    ]),
    { kind: 'group', x: n === 1 ? LEFT : LEFT + at(1) + 10, y: n === 1 ? head.bottom + 8 : top, marks: key.marks },
  ]
  return sceneOf(
    options,
    theme,
    { width, height: top + at(n - 1) + cell + BOTTOM },
    {
      title: 'A corner plot',
      description: `Columns: ${axes.map(({ name }) => name).join(', ')}; ${labels.slice(0, sets).join(' and ')}.`,
    },
    marks,
    [...diagonal, ...below],
  )
}

const tallestOf = ({ histograms }: CornerAxis): number =>
  histograms.reduce((most, { density }) => density.reduce((a, b) => Math.max(a, b), most), 0) || 1

/** A histogram's outline: up, along and down, from the foot to the foot. */
function histograms({ histograms: sets, range }: CornerAxis, panel: Panel, theme: Theme): Mark[] {
  return sets.map(({ density }, s) => {
    const step = (range[1] - range[0]) / density.length
    const points = [...density].flatMap((v, i) => [range[0] + i * step, v, range[0] + (i + 1) * step, v])
    if (s === 0) {
      const line = toPixels(panel, [range[0], 0, ...points, range[1], 0])
      return { kind: 'path', lines: [line], closed: true, fill: theme.tints[1] }
    }
    return { kind: 'path', lines: [toPixels(panel, points)], stroke: theme.series[s], strokeWidth: 1.5 }
  })
}

function outlines({ densities }: CornerPair, panel: Panel, theme: Theme): Mark[] {
  return densities.flatMap(({ field, levels }, s) =>
    contours(field, levels).map((contour, i) =>
      contourMark(
        contour,
        panel,
        s === 0 ? { fill: tintOf(theme, i, levels.length) } : { stroke: theme.series[s], strokeWidth: 1.1 },
      ),
    ),
  )
}

const tintOf = (theme: Theme, i: number, count: number): string =>
  theme.tints[Math.min(theme.tints.length - 1, i + Math.max(0, theme.tints.length - count))]!

function lowerAxis({ name, range, log }: CornerAxis, x: number, y: number, cell: number, theme: Theme): Mark[] {
  const ticks = ticksOf(range, Math.max(2, Math.round(cell / 53)), log)
  return [
    { kind: 'path', lines: ticks.map(({ at }) => [x + at * cell, y, x + at * cell, y + 5]), stroke: theme.frame },
    ...ticks.map(({ at, label }) =>
      textMark(x + at * cell, y + 19, label, theme.muted, { size: SIZE.tick, anchor: 'middle' }),
    ),
    textMark(x + cell / 2, y + 42, name, theme.ink, { size: 13, weight: 600, anchor: 'middle' }),
  ]
}

function leftAxis({ name, range, log }: CornerAxis, x: number, y: number, cell: number, theme: Theme): Mark[] {
  const ticks = ticksOf(range, Math.max(2, Math.round(cell / 53)), log)
  const up = (at: number): number => y + (1 - at) * cell
  return [
    { kind: 'path', lines: ticks.map(({ at }) => [x - 5, up(at), x, up(at)]), stroke: theme.frame },
    ...ticks.map(({ at, label }) =>
      textMark(x - 9, up(at) + 4, label, theme.muted, { size: SIZE.tick, anchor: 'end' }),
    ),
    textMark(x - 56, y + cell / 2, name, theme.ink, { size: 13, weight: 600, anchor: 'middle', rotate: -90 }),
  ]
}

/** What fills and lines mean. */
function keyMarks(
  [data, samples]: readonly [string, string],
  shares: readonly number[],
  sets: number,
  pairs: boolean,
  theme: Theme,
): { marks: Mark[]; height: number } {
  const line = (y: number): Mark => ({
    kind: 'path',
    lines: [[0, y, 26, y]],
    stroke: theme.series[1],
    strokeWidth: 1.8,
  })
  if (!pairs)
    return {
      height: sets > 1 ? 40 : 20,
      marks: [
        { kind: 'rect', x: 0, y: 0, width: 26, height: 12, fill: theme.tints[1] },
        textMark(36, 10, data, theme.ink),
        ...(sets > 1 ? [line(28), textMark(36, 32, samples, theme.ink)] : []),
      ],
    }
  const swatches = shares.flatMap((share, i): Mark[] => [
    { kind: 'rect', x: 36 * i, y: 6, width: 36, height: 14, fill: tintOf(theme, i, shares.length) },
    textMark(36 * i + 18, 35, `${Math.round(100 * share)} %`, theme.muted, { size: SIZE.tick, anchor: 'middle' }),
  ])
  const note = (y: number, text: string): Mark => textMark(0, y, text, theme.muted)
  return {
    height: 0,
    marks: [
      ...swatches,
      textMark(36 * shares.length + 12, 17, data, theme.ink),
      note(56, 'of the mass lies within each tint'),
      ...(sets > 1
        ? [
            line(78),
            textMark(36, 82, `${samples}, at the same shares`, theme.ink),
            note(106, 'Lines on the edges of the tints:'),
            note(123, `the ${samples} follow the ${data}.`),
          ]
        : []),
    ],
  }
}
