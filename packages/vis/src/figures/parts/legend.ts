import { scaleLinear } from 'd3-scale'
import type { Range } from '../../data/extent.js'
import type { Mark, Palette } from '../../scene/scene.js'
import type { Theme } from '../../scene/theme.js'
import { ticksOf } from './axes.js'
import { SIZE, textMark, widthOf } from './text.js'

/** One entry of a legend: how its mark looks. */
export interface Entry {
  readonly label: string
  readonly colour: string
  readonly mark: 'line' | 'dash' | 'fill' | 'points'
  readonly opacity?: number
}

/** Entries beside each other from (x, y), which is their baseline, and how wide they are. */
export function legend(
  entries: readonly Entry[],
  theme: Theme,
  x: number,
  y: number,
): { marks: Mark[]; width: number } {
  const marks: Mark[] = []
  let at = x
  for (const { label, colour, mark, opacity } of entries) {
    const middle = y - 4
    if (mark === 'fill') marks.push({ kind: 'rect', x: at, y: y - 9, width: 18, height: 10, fill: colour, opacity })
    else if (mark === 'points')
      marks.push({
        kind: 'points',
        points: [at + 4, middle + 2, at + 9, middle - 2, at + 14, middle + 1],
        radius: 1.8,
        fill: colour,
      })
    else
      marks.push({
        kind: 'path',
        lines: [[at, middle, at + 18, middle]],
        stroke: colour,
        strokeWidth: 2,
        opacity,
        dash: mark === 'dash' ? [4, 3] : undefined,
      })
    marks.push(textMark(at + 24, y, label, theme.ink))
    at += 24 + widthOf(label, SIZE.label) + 18
  }
  return { marks, width: at - 18 - x }
}

/** A legend of a scale of colours: an upright bar. */
export interface ColourBar {
  readonly x: number
  readonly y: number
  readonly height: number
  readonly range: Range
  readonly palette: Palette
  /** What the colours show, with its unit. */
  readonly label: string
}

/** How much room a bar with its labels takes to the right of its left edge. */
export const BAR = 62

/** The bar with its ticks. */
export function colourBar({ x, y, height, range, palette, label }: ColourBar, theme: Theme): Mark[] {
  const ticks = ticksOf(range, Math.max(2, Math.round(height / 46)))
  const values = Float32Array.from({ length: 64 }, (_, i) => 1 - (i + 0.5) / 64)
  return [
    { kind: 'field', x, y, width: 10, height, columns: 1, rows: 64, values, palette },
    { kind: 'rect', x, y, width: 10, height, stroke: theme.frame },
    ...ticks.map(({ at, label: text }) =>
      textMark(x + 16, y + (1 - at) * height + 4, text, theme.muted, { size: SIZE.tick }),
    ),
    textMark(x, y - 9, label, theme.ink),
  ]
}

/** Where values of a range lie in 0 … 1. */
export const placeIn = (range: Range): ((value: number) => number) => scaleLinear(range, [0, 1])
