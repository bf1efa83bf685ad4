import { scaleLinear, scaleLog } from 'd3-scale'
import type { Range } from '../../data/extent.js'
import type { Mark, Panel } from '../../scene/scene.js'
import type { Theme } from '../../scene/theme.js'
import { SIZE, textMark } from './text.js'

/** One axis of a panel. */
export interface AxisOptions {
  /** What it shows, with its unit. */
  readonly label?: string | undefined
  /** Whether its values are logarithms to base 10, and are told as the values themselves. */
  readonly log?: boolean
  /** Whether ticks have labels. Default true. */
  readonly labelled?: boolean
}

/** Options of {@link axes}. */
export interface AxesOptions {
  readonly x?: AxisOptions
  readonly y?: AxisOptions
  /** Thin lines at the ticks, across the panel. */
  readonly grid?: 'none' | 'x' | 'y' | 'both'
  /** Whether the panel has a frame, or a line at its foot. Default `frame`. */
  readonly border?: 'frame' | 'foot'
}

/** Room that labels of ticks and of the axis take below and left of a panel. */
export const ROOM = { left: 46, bottom: 42, top: 24 } as const

/** A tick: its place in 0 … 1 along the axis. */
interface Tick {
  readonly at: number
  readonly label: string
}

/** About `count` round values within a range. */
export function ticksOf([low, high]: Range, count: number, log = false): Tick[] {
  const scale = log ? scaleLog([10 ** low, 10 ** high], [0, 1]) : scaleLinear([low, high], [0, 1])
  const format = log ? scale.tickFormat(count, '~g') : scale.tickFormat(count)
  return scale
    .ticks(count)
    .map((value) => ({ at: scale(value), label: format(value) }))
    .filter(({ label }) => label !== '')
}

/** How many ticks suit a length. */
const countX = (width: number): number => Math.max(2, Math.round(width / 64))
const countY = (height: number): number => Math.max(2, Math.round(height / 46))

/** What lies under a panel's data: its grid. */
export function gridMarks(panel: Panel, theme: Theme, { x = {}, y = {}, grid = 'none' }: AxesOptions): Mark[] {
  const { width, height, domain } = panel
  const lines: number[][] = []
  if (grid === 'x' || grid === 'both')
    for (const { at } of ticksOf(domain.x, countX(width), x.log)) lines.push([at * width, 0, at * width, height])
  if (grid === 'y' || grid === 'both')
    for (const { at } of ticksOf(domain.y, countY(height), y.log))
      lines.push([0, (1 - at) * height, width, (1 - at) * height])
  if (lines.length === 0) return []
  return [{ kind: 'group', x: panel.x, y: panel.y, marks: [{ kind: 'path', lines, stroke: theme.grid }] }]
}

/** What lies over a panel's data and beside it: frame, ticks, labels. */
export function axesMarks(panel: Panel, theme: Theme, { x, y, border = 'frame' }: AxesOptions): Mark[] {
  const { width, height, domain } = panel
  const marks: Mark[] = [
    border === 'frame'
      ? { kind: 'rect', x: 0, y: 0, width, height, stroke: theme.frame }
      : { kind: 'path', lines: [[0, height, width, height]], stroke: theme.frame },
  ]
  const strokes: number[][] = []
  if (x) {
    for (const { at, label } of ticksOf(domain.x, countX(width), x.log)) {
      strokes.push([at * width, height, at * width, height + 4])
      if (x.labelled !== false)
        marks.push(textMark(at * width, height + 17, label, theme.muted, { size: SIZE.tick, anchor: 'middle' }))
    }
    if (x.label) marks.push(textMark(width / 2, height + 35, x.label, theme.ink, { anchor: 'middle' }))
  }
  if (y) {
    for (const { at, label } of ticksOf(domain.y, countY(height), y.log)) {
      strokes.push([-4, (1 - at) * height, 0, (1 - at) * height])
      if (y.labelled !== false)
        marks.push(textMark(-8, (1 - at) * height + 4, label, theme.muted, { size: SIZE.tick, anchor: 'end' }))
    }
    // upright over its axis, where it is read without turning the head
    if (y.label) marks.push(textMark(-30, -10, y.label, theme.ink))
  }
  if (strokes.length > 0) marks.splice(1, 0, { kind: 'path', lines: strokes, stroke: theme.frame })
  return [{ kind: 'group', x: panel.x, y: panel.y, marks }]
}

/** Marks in a panel's pixels, cut off at its edges. */
export const inside = (panel: Panel, marks: readonly Mark[]): Mark => ({
  kind: 'group',
  x: panel.x,
  y: panel.y,
  clip: { width: panel.width, height: panel.height },
  marks,
})
