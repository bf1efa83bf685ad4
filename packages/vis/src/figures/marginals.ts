import type { Curve } from '../data/density.js'
import type { Histogram } from '../data/histogram.js'
import { type Mark, type Panel, type Scene, toPixels } from '../scene/scene.js'
import { type Theme, themeOf } from '../scene/theme.js'
import { axesMarks, inside } from './parts/axes.js'
import { multiples } from './parts/layout.js'
import { legend } from './parts/legend.js'
import type { FigureOptions } from './parts/options.js'
import { sceneOf } from './parts/scene.js'
import { heading, textMark } from './parts/text.js'

/** One variable: its data as a histogram, a model's density as a curve, or either. */
export interface MarginalPanel {
  /** Its name, with its unit. */
  readonly label: string
  readonly histogram?: Histogram
  readonly curve?: Curve
}

/** Options of {@link marginalsFigure}. */
export interface MarginalsFigureOptions extends FigureOptions {
  /** What the histograms and the curves are. Default data and model. */
  readonly labels?: readonly [histogram: string, curve: string]
  /** Panels beside each other. Default as many as are 150 pixels wide. */
  readonly columns?: number
}

/**
 * Densities of single variables: data as histograms, a model as curves.
 *
 * @example
 * ```ts
 * const [data] = marginals(rows.flat(), { width: 2 })
 * const [model] = marginals(draw(flow, 5000, { seed: 1 }), { width: 2, ranges: [data.histogram.range, [-3, 3]] })
 * const svg = toSvg(marginalsFigure([{ label: 'delay, min', histogram: data.histogram, curve: model.curve }]))
 * ```
 */
export function marginalsFigure(items: readonly MarginalPanel[], options: MarginalsFigureOptions = {}): Scene {
  const theme = themeOf(options.theme)
  const { width = Math.max(320, 40 + 200 * Math.min(4, items.length)), labels = ['data', 'model'] } = options
  const head = heading(options, theme, 16)
  const columns = options.columns ?? Math.max(1, Math.min(items.length, Math.floor((width - 32) / 150)))
  const { boxes, bottom } = multiples({
    count: items.length,
    columns,
    left: 20,
    right: width - 20,
    top: head.bottom + 54,
    aspect: 0.62,
    gapX: 24,
    gapY: 62,
  })
  const marks: Mark[] = [
    ...head.marks,
    ...legend(
      [
        ...(items.some(({ histogram }) => histogram)
          ? [{ label: labels[0], colour: theme.tints[1]!, mark: 'fill' as const }]
          : []),
        ...(items.some(({ curve }) => curve)
          ? [{ label: labels[1], colour: theme.series[1]!, mark: 'line' as const }]
          : []),
      ],
      theme,
      20,
      head.bottom + 16,
    ).marks,
  ]
  const panels = items.map((item, i): Panel => ({ ...boxes[i]!, domain: domainOf(item) }))
  items.forEach((item, i) => {
    const panel = panels[i]!
    marks.push(
      inside(panel, curves(item, panel, theme)),
      ...axesMarks(panel, theme, { x: {}, border: 'foot' }),
      textMark(panel.x, panel.y - 10, item.label, theme.ink, { weight: 600 }),
    )
  })
  return sceneOf(
    options,
    theme,
    { width, height: bottom + 32 },
    {
      title: 'Densities of single variables',
      description: `${items.map(({ label }) => label).join(', ')}: ${labels[0]} as bars, ${labels[1]} as a line.`,
    },
    marks,
    panels,
  )
}

function domainOf({ histogram, curve }: MarginalPanel): Panel['domain'] {
  const tallest = [...(histogram?.density ?? []), ...(curve?.density ?? [])].reduce((a, b) => Math.max(a, b), 0)
  const ends = histogram?.range ?? [curve?.at[0] ?? 0, curve?.at.at(-1) ?? 1]
  return { x: ends, y: [0, 1.06 * tallest || 1] }
}

function curves({ histogram, curve }: MarginalPanel, panel: Panel, theme: Theme): Mark[] {
  const marks: Mark[] = []
  if (histogram) {
    const { density, range } = histogram
    const step = (range[1] - range[0]) / density.length
    const points = [...density].flatMap((v, i) => [range[0] + i * step, v, range[0] + (i + 1) * step, v])
    const line = toPixels(panel, [range[0], 0, ...points, range[1], 0])
    marks.push({ kind: 'path', lines: [line], closed: true, fill: theme.tints[1] })
  }
  if (curve) {
    const line = toPixels(
      panel,
      [...curve.at].flatMap((x, i) => [x, curve.density[i]!]),
    )
    marks.push({ kind: 'path', lines: [line], stroke: theme.series[1], strokeWidth: 1.8 })
  }
  return marks
}
