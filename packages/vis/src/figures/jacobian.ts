import { type Matrix, structureOf } from '../data/jacobian.js'
import { colourAt, isDark } from '../scene/palette.js'
import type { Mark, Panel, Scene } from '../scene/scene.js'
import { type Theme, themeOf } from '../scene/theme.js'
import { multiples } from './parts/layout.js'
import { BAR, colourBar } from './parts/legend.js'
import type { FigureOptions } from './parts/options.js'
import { sceneOf } from './parts/scene.js'
import { heading, SIZE, textMark } from './parts/text.js'

/** A Jacobian and what it is of. */
export interface JacobianPanel {
  /** What stands over it. */
  readonly label: string
  readonly jacobian: Matrix
}

/** Options of {@link jacobianFigure}. */
export interface JacobianFigureOptions extends FigureOptions {
  /** Matrices beside each other. Default as many as are 130 pixels wide. */
  readonly columns?: number
  /** The largest |value| of the scale. Default the largest there is. */
  readonly limit?: number
}

/** Cells from this width on hold their values. */
const READABLE = 34

/**
 * Jacobians as cells coloured on one scale with its middle at 0, values written where there is room; what is zero stays empty, so that a
 * triangle shows. Rows are outputs, columns inputs.
 *
 * @example
 * ```ts
 * const { layers, whole } = jacobians(flow, [0.5, -1])
 * const svg = toSvg(jacobianFigure([...layers.map(({ type, jacobian }) => ({ label: type, jacobian })), { label: 'all', jacobian: whole }]))
 * ```
 */
export function jacobianFigure(items: readonly JacobianPanel[], options: JacobianFigureOptions = {}): Scene {
  const theme = themeOf(options.theme)
  const { width = Math.max(300, 170 * Math.min(5, items.length) + BAR + 32) } = options
  const right = width - 16 - BAR
  const head = heading(options, theme, 16)
  const columns = options.columns ?? Math.max(1, Math.min(items.length, Math.floor((right - 16) / 130)))
  const { boxes, bottom } = multiples({
    count: items.length,
    columns,
    left: 16,
    right,
    top: head.bottom + 34,
    aspect: Math.max(...items.map(({ jacobian }) => jacobian.rows / jacobian.columns)),
    gapX: 28,
    gapY: 54,
  })
  const largest = items.reduce(
    (most, { jacobian }) => jacobian.values.reduce((m, v) => Math.max(m, Math.abs(v)), most),
    0,
  )
  const limit = options.limit ?? (largest || 1)
  const marks: Mark[] = [...head.marks]
  const panels = items.map(({ jacobian }, i): Panel => {
    const box = boxes[i]!
    const height = (box.width * jacobian.rows) / jacobian.columns
    // cell i stands between i and i + 1, rows from above
    return { ...box, height, domain: { x: [0, jacobian.columns], y: [jacobian.rows, 0] } }
  })
  items.forEach(({ label, jacobian }, i) => {
    const panel = panels[i]!
    const { x, y } = panel
    marks.push(
      { kind: 'group', x, y, marks: cells(jacobian, panel, theme, limit) },
      textMark(x, y - 10, label, theme.ink, { weight: 600 }),
      textMark(x + panel.width / 2, y + panel.height + 16, WORDS[structureOf(jacobian)], theme.muted, {
        size: SIZE.tick,
        anchor: 'middle',
      }),
    )
  })
  const { y: top, height } = panels[0] ?? { y: head.bottom, height: 100 }
  marks.push(
    textMark(16, bottom + 40, 'rows: outputs, columns: inputs', theme.muted, { size: SIZE.tick }),
    ...colourBar(
      {
        x: right + 16,
        y: top,
        height: Math.min(140, height),
        range: [-limit, limit],
        palette: theme.diverging,
        label: '∂x/∂z',
      },
      theme,
    ),
  )
  return sceneOf(
    options,
    theme,
    { width, height: bottom + 54 },
    {
      title: 'Jacobians',
      description: items
        .map(
          ({ label, jacobian }) => `${label}: ${jacobian.rows} by ${jacobian.columns}, ${WORDS[structureOf(jacobian)]}`,
        )
        .join('; '),
    },
    marks,
    panels,
  )
}

const WORDS = {
  zero: 'zero',
  diagonal: 'diagonal',
  lower: 'lower triangle',
  upper: 'upper triangle',
  permutation: 'permutation',
  full: 'full',
} as const

function cells({ rows, columns, values }: Matrix, panel: Panel, theme: Theme, limit: number): Mark[] {
  const [w, h] = [panel.width / columns, panel.height / rows]
  const marks: Mark[] = []
  const lines: number[][] = []
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const value = values[r * columns + c]!
      const zero = Math.abs(value) <= 1e-6 * limit
      const fill = colourAt(theme.diverging, 0.5 + value / (2 * limit))
      const [x, y] = [c * w, r * h]
      if (!zero) marks.push({ kind: 'rect', x, y, width: w, height: h, fill })
      if (Math.min(w, h) >= READABLE) {
        const ink = zero ? theme.muted : isDark(fill) ? '#ffffff' : '#11171d'
        marks.push(
          textMark(x + w / 2, y + h / 2 + 4, zero ? '0' : short(value), ink, { size: SIZE.tick, anchor: 'middle' }),
        )
      }
    }
  const thin = w >= 6
  for (let c = 1; c < columns && thin; c++) lines.push([c * w, 0, c * w, panel.height])
  for (let r = 1; r < rows && thin; r++) lines.push([0, r * h, panel.width, r * h])
  if (lines.length > 0) marks.push({ kind: 'path', lines, stroke: theme.grid })
  marks.push({ kind: 'rect', x: 0, y: 0, width: panel.width, height: panel.height, stroke: theme.frame })
  return marks
}

const short = (value: number): string =>
  (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2)).replace('-', '−')
