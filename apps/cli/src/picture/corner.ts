import { scaleLinear, scaleLog } from 'd3-scale'
import { type Grid, gridOf, histogramOf, levelsOf, outline } from './density.js'
import { element, escapeText } from './svg.js'

/** What {@link cornerPlot} draws. */
export interface CornerPlot {
  readonly title: string
  /** Smaller lines under the title. */
  readonly notes?: readonly string[]
  readonly columns: readonly CornerColumn[]
  /** What the two sets are called. Default data and samples. */
  readonly labels?: readonly [data: string, samples: string]
}

/** One column: its name with its unit, its values in two sets, and whether its axis is logarithmic. */
export interface CornerColumn {
  readonly name: string
  readonly data: Float64Array
  readonly samples: Float64Array
  readonly log?: boolean
}

const CELL = 212
const GAP = 16
const LEFT = 78
const RIGHT = 26
const BOTTOM = 66
const INK = '#1b2733'
const FAINT = '#6b7885'
const FRAME = '#c9d1d9'
// Okabe–Ito's vermilion over tints of its blue: told apart under every common colour blindness, and in grey by lightness
const LINE = '#c44e00'
const FILLS = ['#d9e8f5', '#a9cdea', '#6aa9d8', '#2f7fbf']
const SHARES = [0.95, 0.75, 0.5, 0.25]
const FONT = "Inter, 'Helvetica Neue', Arial, sans-serif"

interface Axis {
  readonly name: string
  /** Places in 0 … 1 of the two sets; beyond what is shown they are outside it. */
  readonly data: Float64Array
  readonly samples: Float64Array
  readonly ticks: { at: number; label: string }[]
}

/**
 * A corner plot as an SVG document: histograms of each column on the diagonal, below it the densities of each pair, the data filled and
 * the samples as lines at the same shares of mass, so that lines on the edges of the fills mean that the samples follow the data.
 */
export function cornerPlot({ title, notes = [], columns, labels = ['data', 'samples'] }: CornerPlot): string {
  const axes = columns.map(axisOf)
  const n = axes.length
  const top = 44 + 20 * notes.length + (n === 1 ? 92 : 14)
  const grid = n * CELL + (n - 1) * GAP
  const width = Math.max(LEFT + grid + RIGHT, 420)
  const height = top + grid + BOTTOM
  const at = (i: number): number => i * (CELL + GAP)
  const parts: string[] = []
  for (let row = 0; row < n; row++)
    for (let column = 0; column <= row; column++)
      parts.push(
        element(
          'g',
          { transform: `translate(${LEFT + at(column)},${top + at(row)})` },
          row === column ? histogram(axes[row]!) : pair(axes[column]!, axes[row]!),
          ...(row === n - 1 ? [lowerAxis(axes[column]!)] : []),
          ...(column === 0 && row > 0 ? [leftAxis(axes[row]!)] : []),
        ),
      )
  const key = n === 1 ? [LEFT, 44 + 20 * notes.length] : [LEFT + at(1) + 10, top + 6]
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      'font-family': FONT,
      'font-size': 12,
      fill: INK,
      role: 'img',
    },
    element('title', {}, escapeText(title)),
    element('rect', { width, height, fill: '#ffffff' }),
    element('text', { x: LEFT, y: 34, 'font-size': 18, 'font-weight': 600 }, escapeText(title)),
    ...notes.map((note, i) => element('text', { x: LEFT, y: 56 + 20 * i, fill: FAINT }, escapeText(note))),
    ...parts,
    element('g', { transform: `translate(${key[0]},${key[1]})` }, legend(labels, n > 1)),
  )
}

function axisOf({ name, data, samples, log = false }: CornerColumn): Axis {
  const sorted = data.slice().sort()
  const cut = (level: number): number => sorted[Math.round(level * (sorted.length - 1))]!
  let [low, high] = [cut(0.002), cut(0.998)]
  if (log) {
    const margin = (high / low) ** 0.04
    low /= margin
    high *= margin
  } else {
    const margin = 0.04 * (high - low)
    low -= margin
    high += margin
    // a margin must not suggest values below zero where there are none
    if (sorted[0]! >= 0) low = Math.max(low, Math.min(0, sorted[0]!))
  }
  if (!(low < high)) [low, high] = [low - 1, low + 1]
  const scale = log ? scaleLog([low, high], [0, 1]) : scaleLinear([low, high], [0, 1])
  const format = log ? scale.tickFormat(4, '~g') : scale.tickFormat(4)
  const ticks = scale
    .ticks(4)
    .map((value) => ({ at: scale(value), label: format(value) }))
    .filter(({ label }) => label !== '')
  const placed = (values: Float64Array) => values.map((v) => (log && v <= 0 ? -1 : scale(v)))
  return { name, data: placed(data), samples: placed(samples), ticks }
}

const frame = (): string => element('rect', { width: CELL, height: CELL, fill: 'none', stroke: FRAME })

function histogram(axis: Axis): string {
  const points = Math.min(axis.data.length, axis.samples.length)
  const bins = Math.round(Math.min(60, Math.max(12, 2 * points ** (1 / 3))))
  const data = histogramOf(axis.data, bins)
  const samples = histogramOf(axis.samples, bins)
  const tallest = Math.max(...data, ...samples)
  const steps = (heights: Float64Array): string =>
    [...heights]
      .map((h, i) => {
        const y = Math.round(10 * (CELL - (0.92 * CELL * h) / tallest)) / 10
        return `${i === 0 ? 'M' : 'L'}${(i * CELL) / bins},${y}H${((i + 1) * CELL) / bins}`
      })
      .join('')
  return [
    element('path', { d: `${steps(data)}V${CELL}H0Z`, fill: FILLS[1] }),
    element('path', { d: steps(samples), fill: 'none', stroke: LINE, 'stroke-width': 1.5, 'stroke-linejoin': 'round' }),
    frame(),
  ].join('')
}

function pair(x: Axis, y: Axis): string {
  const size = 100
  const points = Math.min(x.data.length, x.samples.length)
  const [data, samples] = [gridOf(x.data, y.data, size, points), gridOf(x.samples, y.samples, size, points)]
  const draw = (grid: Grid, level: number): string => outline(grid, level, (u, v) => [u * CELL, CELL - v * CELL])
  const [inData, inSamples] = [levelsOf(data, SHARES), levelsOf(samples, SHARES)]
  return [
    ...SHARES.map((_, i) => element('path', { d: draw(data, inData[i]!), fill: FILLS[i], 'fill-rule': 'evenodd' })),
    ...SHARES.map((_, i) =>
      element('path', { d: draw(samples, inSamples[i]!), fill: 'none', stroke: LINE, 'stroke-width': 1.1 }),
    ),
    frame(),
  ].join('')
}

function lowerAxis({ name, ticks }: Axis): string {
  return [
    ...ticks.flatMap(({ at, label }) => [
      element('line', { x1: at * CELL, x2: at * CELL, y1: CELL, y2: CELL + 5, stroke: FAINT }),
      element(
        'text',
        { x: at * CELL, y: CELL + 19, 'text-anchor': 'middle', 'font-size': 11, fill: FAINT },
        escapeText(label),
      ),
    ]),
    element(
      'text',
      { x: CELL / 2, y: CELL + 44, 'text-anchor': 'middle', 'font-size': 13, 'font-weight': 600 },
      escapeText(name),
    ),
  ].join('')
}

function leftAxis({ name, ticks }: Axis): string {
  return [
    ...ticks.flatMap(({ at, label }) => {
      const y = CELL - at * CELL
      return [
        element('line', { x1: -5, x2: 0, y1: y, y2: y, stroke: FAINT }),
        element('text', { x: -9, y: y + 4, 'text-anchor': 'end', 'font-size': 11, fill: FAINT }, escapeText(label)),
      ]
    }),
    element(
      'text',
      {
        transform: `translate(-56,${CELL / 2}) rotate(-90)`,
        'text-anchor': 'middle',
        'font-size': 13,
        'font-weight': 600,
      },
      escapeText(name),
    ),
  ].join('')
}

function legend([data, samples]: readonly [string, string], pairs: boolean): string {
  const line = (x: number, y: number): string =>
    element('line', { x1: x, x2: x + 26, y1: y, y2: y, stroke: LINE, 'stroke-width': 1.8 })
  const text = (x: number, y: number, content: string, fill = INK): string =>
    element('text', { x, y, fill }, escapeText(content))
  if (!pairs)
    return [
      element('rect', { x: 0, y: 22, width: 26, height: 13, fill: FILLS[1] }),
      text(36, 33, data),
      line(0, 54),
      text(36, 58, samples),
    ].join('')
  const swatches = FILLS.map((fill, i) => element('rect', { x: 30 * i, y: 10, width: 30, height: 14, fill }))
  const shares = SHARES.map((share, i) =>
    element(
      'text',
      { x: 30 * i + 15, y: 39, 'text-anchor': 'middle', 'font-size': 10.5, fill: FAINT },
      `${Math.round(100 * share)} %`,
    ),
  )
  return [
    ...swatches,
    ...shares,
    text(132, 21, data),
    text(0, 62, 'of the mass lies within each tint', FAINT),
    line(0, 84),
    text(36, 88, `${samples}, at the same shares`),
    text(0, 112, 'Lines on the edges of the tints:', FAINT),
    text(0, 129, 'the samples follow the data.', FAINT),
  ].join('')
}
