import { densityRegions } from '../data/contours.js'
import type { Field } from '../data/field.js'
import { type Mark, type Panel, type Scene, toPixels } from '../scene/scene.js'
import { themeOf } from '../scene/theme.js'
import { axesMarks, inside, ROOM } from './parts/axes.js'
import { contourMark, fieldMark } from './parts/field.js'
import { aspectOf } from './parts/layout.js'
import { BAR, colourBar, type Entry, legend, placeIn } from './parts/legend.js'
import type { FigureOptions } from './parts/options.js'
import { sceneOf, told } from './parts/scene.js'
import { heading } from './parts/text.js'

/** Options of {@link densityFigure}. */
export interface DensityFigureOptions extends FigureOptions {
  /** Points `[n, 2]` that are drawn over the density. */
  readonly points?: ArrayLike<number>
  /** What the points are. Default `samples`. */
  readonly pointsLabel?: string
  /** Shares of the mass whose smallest regions are outlined. Default 0.5, 0.9, 0.99. */
  readonly shares?: readonly number[]
  /** Names of the axes, with their units. Default x₁ and x₂. */
  readonly x?: string
  readonly y?: string
  /** What the colours show. Default `density`. */
  readonly label?: string
}

/**
 * A density over the plane: colours for its height, outlines of the smallest regions that hold given shares of the mass, and points.
 *
 * @example
 * ```ts
 * const grid = densityGrid(logDensity(flow), { x: [-4, 4], y: [-4, 4] })
 * const svg = toSvg(densityFigure(grid, { points: draw(flow, 500, { seed: 1 }), title: 'Two moons' }))
 * ```
 */
export function densityFigure(field: Field, options: DensityFigureOptions = {}): Scene {
  const { width = 480, points, pointsLabel = 'samples', shares = [0.5, 0.9, 0.99], label = 'density' } = options
  const theme = themeOf(options.theme)
  const head = heading(options, theme, 16)
  const marks: Mark[] = [...head.marks]
  const entries: Entry[] = [
    ...(shares.length > 0
      ? [{ label: sharesLabel(shares), colour: theme.ink, mark: 'line' as const, opacity: 0.6 }]
      : []),
    ...(points ? [{ label: pointsLabel, colour: theme.series[1]!, mark: 'points' as const }] : []),
  ]
  let top = head.bottom
  if (entries.length > 0) {
    marks.push(...legend(entries, theme, 16, top + 20).marks)
    top += 30
  }
  const panel: Panel = { ...placed(field, width, top + ROOM.top), domain: { x: field.x, y: field.y } }
  const highest = field.values.reduce((most, v) => Math.max(most, v), 0) || 1
  const regions = densityRegions(field, shares)
  marks.push(
    inside(panel, [
      fieldMark(field, panel, placeIn([0, highest]), theme.sequential),
      ...regions.map((region) => contourMark(region, panel, { stroke: theme.ink, strokeWidth: 1, opacity: 0.6 })),
      ...(points
        ? [
            {
              kind: 'points' as const,
              points: toPixels(panel, points),
              radius: 1.4,
              fill: theme.series[1]!,
              opacity: 0.65,
            },
          ]
        : []),
    ]),
    ...axesMarks(panel, theme, { x: { label: options.x ?? 'x₁' }, y: { label: options.y ?? 'x₂' } }),
    ...colourBar(
      {
        x: panel.x + panel.width + 16,
        y: panel.y,
        height: Math.min(panel.height, 180),
        range: [0, highest],
        palette: theme.sequential,
        label,
      },
      theme,
    ),
  )
  return sceneOf(
    options,
    theme,
    { width, height: panel.y + panel.height + ROOM.bottom + 4 },
    {
      title: 'A density over the plane',
      description: `${label} from 0 to ${told(highest)}${points ? `, with ${points.length / 2} ${pointsLabel}` : ''}${
        shares.length > 0 ? `; outlines hold ${sharesLabel(shares)}` : ''
      }.`,
    },
    marks,
    [panel],
  )
}

/** The panel of a field with a colour bar beside it, in the field's own proportions. */
function placed(field: Field, width: number, top: number): Omit<Panel, 'domain'> {
  const across = width - ROOM.left - 16 - BAR
  return { x: ROOM.left, y: top, width: across, height: across * aspectOf(field) }
}

const sharesLabel = (shares: readonly number[]): string =>
  `${shares.map((share) => +(100 * share).toFixed(1)).join(', ')} % of the mass`
