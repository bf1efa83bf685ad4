import type { Calibration, Pit, Quantiles } from '../data/calibration.js'
import { type Extent, rangeOf } from '../data/extent.js'
import { type Mark, type Panel, type Scene, toPixels } from '../scene/scene.js'
import { type Theme, themeOf } from '../scene/theme.js'
import { axesMarks, gridMarks, inside, ROOM } from './parts/axes.js'
import { multiples } from './parts/layout.js'
import { type Entry, legend } from './parts/legend.js'
import type { FigureOptions } from './parts/options.js'
import { sceneOf, told } from './parts/scene.js'
import { heading, SIZE, textMark } from './parts/text.js'

/** Options of {@link calibrationFigure}. */
export interface CalibrationFigureOptions extends FigureOptions {
  /** Which dimensions have panels of their own beside |z|². Default the first two. */
  readonly dimensions?: readonly number[]
}

/**
 * Whether latents of data follow the base: for |z|² and single dimensions a histogram of probability integral transforms, flat if they do,
 * over quantiles against those of the law, on the diagonal if they do; bands hold what chance alone does. Quantiles far beyond the law's are rings on the edge.
 *
 * @example
 * ```ts
 * const svg = toSvg(calibrationFigure(calibration(latents(flow, rows), { width: 2 })))
 * ```
 */
export function calibrationFigure(found: Calibration, options: CalibrationFigureOptions = {}): Scene {
  const theme = themeOf(options.theme)
  const { dimensions = found.dimensions.map((_, i) => i).slice(0, 2) } = options
  const subjects = [
    { label: '|z|²', law: `χ²${subscript(found.dimensions.length)}`, quantiles: found.radius, pit: found.radiusPit },
    ...dimensions.map((d) => ({ label: `z${subscript(d + 1)}`, law: 'normal', ...found.dimensions[d]! })),
  ]
  const { width = 60 + 220 * subjects.length } = options
  const head = heading(options, theme, 16)
  const entries: Entry[] = [
    { label: 'latents', colour: theme.tints[2]!, mark: 'fill' },
    { label: `${Math.round(100 * found.level)} % band`, colour: theme.muted, mark: 'fill', opacity: 0.25 },
  ]
  const common = {
    count: subjects.length,
    columns: subjects.length,
    left: ROOM.left,
    right: width - 20,
    gapX: 52,
    gapY: 0,
  }
  const upper = multiples({ ...common, top: head.bottom + 62, aspect: 0.55 })
  const lower = multiples({ ...common, top: upper.bottom + 80, aspect: 1 })
  const marks: Mark[] = [...head.marks, ...legend(entries, theme, 16, head.bottom + 20).marks]
  const panels: Panel[] = []
  subjects.forEach(({ label, law, quantiles, pit }, i) => {
    const tallest = pit.density.reduce((a, b) => Math.max(a, b), pit.band[1])
    const bars: Panel = { ...upper.boxes[i]!, domain: { x: [0, 1], y: [0, 1.1 * tallest] } }
    const pairs: Panel = { ...lower.boxes[i]!, domain: shownQuantiles(quantiles) }
    panels.push(bars, pairs)
    marks.push(
      ...pitMarks(pit, bars, theme),
      ...axesMarks(bars, theme, { x: { label: `F(${label})` }, y: {}, border: 'foot' }),
      textMark(bars.x, bars.y - 10, label, theme.ink, { weight: 600 }),
      ...gridMarks(pairs, theme, { x: {}, y: {}, grid: 'both' }),
      inside(pairs, quantileMarks(quantiles, pairs, theme)),
      ...axesMarks(pairs, theme, { x: { label: `${law} quantile` }, y: {} }),
      textMark(pairs.x, pairs.y - 10, `quantiles of ${label}`, theme.ink),
      textMark(pairs.x + 8, pairs.y + 17, `KS ${quantiles.distance.toFixed(3)}`, theme.muted, {
        size: SIZE.tick,
        halo: theme.background,
      }),
    )
  })
  return sceneOf(
    options,
    theme,
    { width, height: lower.bottom + ROOM.bottom + 4 },
    {
      title: 'Calibration in base space',
      description: `${found.n} latents; Kolmogorov–Smirnov distances: ${subjects
        .map(({ label, quantiles }) => `${label} ${told(quantiles.distance)}`)
        .join(', ')}.`,
    },
    marks,
    panels,
  )
}

const subscript = (n: number): string => [...String(n)].map((d) => '₀₁₂₃₄₅₆₇₈₉'[Number(d)]!).join('')

function pitMarks(pit: Pit, panel: Panel, theme: Theme): Mark[] {
  const { width, height, domain } = panel
  const y = (v: number): number => (1 - v / domain.y[1]) * height
  const bins = pit.density.length
  const bars = [...pit.density].map((v, i): Mark => {
    const x = (i / bins) * width
    return { kind: 'rect', x: x + 0.5, y: y(v), width: width / bins - 1, height: height - y(v), fill: theme.tints[2] }
  })
  const [low, high] = pit.band
  return [
    inside(panel, [
      ...bars,
      { kind: 'rect', x: 0, y: y(high), width, height: y(low) - y(high), fill: theme.muted, opacity: 0.25 },
      { kind: 'path', lines: [[0, y(1), width, y(1)]], stroke: theme.ink, strokeWidth: 1 },
    ]),
  ]
}

/** The band, the diagonal and the pairs. */
function quantileMarks({ theoretical, observed, lower, upper }: Quantiles, panel: Panel, theme: Theme): Mark[] {
  const points = (y: Float64Array): number[] => [...theoretical].flatMap((t, i) => [t, y[i]!])
  const back = points(lower)
  const band = points(upper)
  for (let i = back.length - 2; i >= 0; i -= 2) band.push(back[i]!, back[i + 1]!)
  const { x } = panel.domain
  const { within, beyond } = split(toPixels(panel, points(observed)), panel)
  return [
    { kind: 'path', lines: [toPixels(panel, band)], closed: true, fill: theme.muted, opacity: 0.25 },
    { kind: 'path', lines: [toPixels(panel, [x[0], x[0], x[1], x[1]])], stroke: theme.muted, strokeWidth: 1 },
    { kind: 'points', points: within, radius: 2, fill: theme.series[0] },
    { kind: 'points', points: beyond, radius: 2.5, stroke: theme.series[1], strokeWidth: 1.4 },
  ]
}

/** The law's quantiles, and a third of their width around them, in which bands and most of what is observed lie. */
function shownQuantiles({ theoretical }: Quantiles): Extent {
  return { x: rangeOf(theoretical, { margin: 0.04 }), y: rangeOf(theoretical, { margin: 0.3 }) }
}

/** Pairs within a panel, and those beyond it, drawn on its edge. */
function split(points: Float64Array, { height }: Panel): { within: number[]; beyond: number[] } {
  const [within, beyond]: [number[], number[]] = [[], []]
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!]
    if (y >= 0 && y <= height) within.push(x, y)
    else beyond.push(x, Math.min(height - 4, Math.max(4, y)))
  }
  return { within, beyond }
}
