import { type Extent, extentOf } from '../data/extent.js'
import type { Lines } from '../data/lines.js'
import { type Mark, type Panel, type PathMark, type Scene, toPixels } from '../scene/scene.js'
import { type Theme, themeOf } from '../scene/theme.js'
import { axesMarks, gridMarks, inside, ROOM } from './parts/axes.js'
import { aspectOf, multiples } from './parts/layout.js'
import type { FigureOptions } from './parts/options.js'
import { sceneOf } from './parts/scene.js'
import { heading, textMark } from './parts/text.js'

/** A coordinate grid, or what layers made of it. */
export interface WarpStage {
  /** What stands over its panel. */
  readonly label: string
  /** The lines of `gridLines`, their points carried through layers: the first half runs along y, the second along x. */
  readonly lines: Lines
  /** Points `[n, 2]` that went the same way. */
  readonly points?: ArrayLike<number>
}

/** Options of {@link warpFigure}. */
export interface WarpFigureOptions extends FigureOptions {
  /** What every panel shows. Default: what holds 98 % of all lines, in a square. */
  readonly extent?: Extent
  /** Panels beside each other. Default as many as are 160 pixels wide. */
  readonly columns?: number
}

/**
 * What layers make of a coordinate grid: a panel for each stage, all on the same axes.
 *
 * @example
 * ```ts
 * const grid = gridLines({ x: [-3, 3], y: [-3, 3] })
 * const path = layerPath(grid.points, layerMaps(flow).map(({ map }) => map))
 * const svg = toSvg(warpFigure(path.steps.map((points, k) => ({ label: `after ${k} layers`, lines: { ...grid, points } }))))
 * ```
 */
export function warpFigure(stages: readonly WarpStage[], options: WarpFigureOptions = {}): Scene {
  const theme = themeOf(options.theme)
  const { width = Math.max(360, 220 * Math.min(4, stages.length)) } = options
  const extent = options.extent ?? extentOf(joined(stages), { share: 0.98, margin: 0.04, square: true })
  const columns = options.columns ?? Math.max(1, Math.min(stages.length, Math.floor((width - 62) / 160)))
  const head = heading(options, theme, 16)
  const { boxes, bottom } = multiples({
    count: stages.length,
    columns,
    left: ROOM.left,
    right: width - 16,
    top: head.bottom + ROOM.top + 4,
    aspect: aspectOf(extent),
    gapX: 26,
    gapY: 44,
  })
  const panels = boxes.map((box): Panel => ({ ...box, domain: extent }))
  const marks: Mark[] = [...head.marks]
  stages.forEach((stage, i) => {
    const panel = panels[i]!
    const points: Mark[] = stage.points
      ? [{ kind: 'points', points: toPixels(panel, stage.points), radius: 1.3, fill: theme.ink, opacity: 0.5 }]
      : []
    const [first, foot] = [i % columns === 0, i + columns >= stages.length]
    const ticks = { x: { labelled: foot }, y: { labelled: first } }
    marks.push(
      ...gridMarks(panel, theme, { ...ticks, grid: 'both' }),
      inside(panel, [...families(stage.lines, panel, theme), ...points]),
      ...axesMarks(panel, theme, ticks),
      textMark(panel.x, panel.y - 10, stage.label, theme.ink, { weight: 600 }),
    )
  })
  return sceneOf(
    options,
    theme,
    { width, height: bottom + 30 },
    {
      title: 'A coordinate grid on its way through layers',
      description: `Panels: ${stages.map(({ label }) => label).join(', ')}.`,
    },
    marks,
    panels,
  )
}

function joined(stages: readonly WarpStage[]): Float32Array {
  const out = new Float32Array(stages.reduce((sum, { lines }) => sum + lines.points.length, 0))
  let at = 0
  for (const { lines } of stages) {
    out.set(lines.points, at)
    at += lines.points.length
  }
  return out
}

/** Both families of lines, each in its colour, the line in its middle stronger. */
function families(lines: Lines, panel: Panel, theme: Theme): PathMark[] {
  const pixels = toPixels(panel, lines.points)
  const count = lines.starts.length - 1
  const half = count >> 1
  const line = (i: number): Float64Array => pixels.subarray(2 * lines.starts[i]!, 2 * lines.starts[i + 1]!)
  const middle = (half - 1) / 2
  return [0, 1].flatMap((family): PathMark[] => {
    const all = Array.from({ length: half }, (_, i) => i)
    const stroke = theme.series[family]!
    const strong = all.filter((i) => i === middle).map((i) => line(family * half + i))
    return [
      {
        kind: 'path',
        lines: all.filter((i) => i !== middle).map((i) => line(family * half + i)),
        stroke,
        strokeWidth: 0.8,
        opacity: 0.7,
      },
      ...(strong.length > 0 ? [{ kind: 'path' as const, lines: strong, stroke, strokeWidth: 2 }] : []),
    ]
  })
}
