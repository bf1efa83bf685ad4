import { contours } from '../data/contours.js'
import type { Field } from '../data/field.js'
import type { Mark, Panel, Scene } from '../scene/scene.js'
import { themeOf } from '../scene/theme.js'
import { axesMarks, inside, ROOM } from './parts/axes.js'
import { contourMark, fieldMark } from './parts/field.js'
import { aspectOf, multiples } from './parts/layout.js'
import { BAR, colourBar, placeIn } from './parts/legend.js'
import type { FigureOptions } from './parts/options.js'
import { sceneOf, told } from './parts/scene.js'
import { heading, textMark } from './parts/text.js'

/** A layer's log-determinants over the plane. */
export interface LogDetPanel {
  /** What stands over its panel. */
  readonly label: string
  readonly field: Field
}

/** Options of {@link logDetFigure}. */
export interface LogDetFigureOptions extends FigureOptions {
  /** Panels beside each other. Default as many as are 160 pixels wide. */
  readonly columns?: number
  /** Names of the axes. Default z₁ and z₂. */
  readonly x?: string
  readonly y?: string
  /** The largest |log|det J|| of the scale. Default the largest there is. */
  readonly limit?: number
}

/**
 * Where layers stretch and where they shrink: log|det J| over the plane, a panel for each field, all on one scale with its middle at 0.
 *
 * @example
 * ```ts
 * const { layers, total } = logDetFields(layerMaps(flow).map(({ map }) => map), { x: [-3, 3], y: [-3, 3], size: 48 })
 * const svg = toSvg(logDetFigure([...layers, total].map((field, k) => ({ label: k < layers.length ? `layer ${k + 1}` : 'all', field }))))
 * ```
 */
export function logDetFigure(fields: readonly LogDetPanel[], options: LogDetFigureOptions = {}): Scene {
  const theme = themeOf(options.theme)
  const { width = Math.max(420, 200 * Math.min(4, fields.length) + BAR), x = 'z₁', y = 'z₂' } = options
  const right = width - 16 - BAR
  const columns = options.columns ?? Math.max(1, Math.min(fields.length, Math.floor((right - ROOM.left) / 160)))
  const head = heading(options, theme, 16)
  const { boxes, bottom } = multiples({
    count: fields.length,
    columns,
    left: ROOM.left,
    right,
    top: head.bottom + ROOM.top + 20,
    aspect: fields[0] ? aspectOf(fields[0].field) : 1,
    gapX: 26,
    gapY: 40,
  })
  const largest = fields.reduce((most, { field }) => field.values.reduce((m, v) => Math.max(m, Math.abs(v)), most), 0)
  const limit = options.limit ?? (largest > 1e-9 ? largest : 1)
  const panels = fields.map(({ field }, i): Panel => ({ ...boxes[i]!, domain: { x: field.x, y: field.y } }))
  const marks: Mark[] = [...head.marks]
  fields.forEach(({ label, field }, i) => {
    const panel = panels[i]!
    const [first, foot] = [i % columns === 0, i + columns >= fields.length]
    marks.push(
      inside(panel, [
        fieldMark(field, panel, placeIn([-limit, limit]), theme.diverging),
        // where volumes are kept
        ...contours(field, [0]).map((zero) =>
          contourMark(zero, panel, { stroke: theme.muted, strokeWidth: 0.8, opacity: 0.8 }),
        ),
      ]),
      ...axesMarks(panel, theme, {
        x: { labelled: foot, label: foot ? x : undefined },
        y: { labelled: first, label: first ? y : undefined },
      }),
      textMark(panel.x, panel.y - 10, label, theme.ink, { weight: 600 }),
    )
  })
  const top = boxes[0]?.y ?? head.bottom
  marks.push(
    ...colourBar(
      {
        x: right + 16,
        y: top,
        height: Math.min(180, boxes[0]?.height ?? 120),
        range: [-limit, limit],
        palette: theme.diverging,
        label: 'nats',
      },
      theme,
    ),
  )
  return sceneOf(
    options,
    theme,
    { width, height: bottom + ROOM.bottom + 4 },
    {
      title: 'Log-determinants of layers over the plane',
      description: fields
        .map(({ label, field }) => {
          const [low, high] = [
            field.values.reduce((a, b) => Math.min(a, b)),
            field.values.reduce((a, b) => Math.max(a, b)),
          ]
          return `${label}: log|det J| from ${told(low)} to ${told(high)} nats`
        })
        .join('; '),
    },
    marks,
    panels,
  )
}
