import { type Extent, extentOf, type Range, rangeOf } from '../data/extent.js'
import { type LayerPath, trajectory } from '../data/layers.js'
import { type Mark, type Paint, type Panel, type Scene, toPixels } from '../scene/scene.js'
import { type Theme, themeOf } from '../scene/theme.js'
import { axesMarks, gridMarks, inside, ROOM } from './parts/axes.js'
import { aspectOf } from './parts/layout.js'
import type { FigureOptions } from './parts/options.js'
import { sceneOf, told } from './parts/scene.js'
import { heading, SIZE, textMark } from './parts/text.js'

/** Options of {@link trajectoriesFigure}. */
export interface TrajectoriesFigureOptions extends FigureOptions {
  readonly extent?: Extent
  /** A name for each layer. Default their numbers. */
  readonly layers?: readonly string[]
  /** What the two ends are. Default z and x. */
  readonly ends?: readonly [from: string, to: string]
}

/** Up to so many points each have a colour and their log-determinants drawn. */
const FEW = 6

/**
 * The ways of points through layers: on the left where they go, on the right, for at most six of them, the log|det J| that has come together
 * after each layer.
 *
 * @example
 * ```ts
 * const path = layerPath(Float32Array.of(0, 1, -1, 0.5), layerMaps(flow).map(({ map }) => map))
 * const svg = toSvg(trajectoriesFigure(path))
 * ```
 */
export function trajectoriesFigure(path: LayerPath, options: TrajectoriesFigureOptions = {}): Scene {
  const theme = themeOf(options.theme)
  const { steps, n } = path
  const few = n <= FEW && steps.length > 1
  const { width = few ? 720 : 480, ends = ['z', 'x'] } = options
  const extent =
    options.extent ??
    extentOf(
      steps.flatMap((rows) => [...rows]),
      { margin: 0.08, square: true },
    )
  const head = heading(options, theme, 16)
  const top = head.bottom + 30 + ROOM.top
  const across = (width - ROOM.left - 16) * (few ? 0.5 : 1) - (few ? 16 : 0)
  const plane: Panel = { x: ROOM.left, y: top, width: across, height: across * aspectOf(extent), domain: extent }
  const marks: Mark[] = [
    ...head.marks,
    ...ends.flatMap((label, i) => endMarks(label, 16 + 44 * i, head.bottom + 20, endPaint(i, few, theme), theme)),
    ...gridMarks(plane, theme, { x: {}, y: {}, grid: 'both' }),
    inside(plane, ways(path, plane, theme, few)),
    ...axesMarks(plane, theme, { x: { label: 'first coordinate' }, y: { label: 'second coordinate' } }),
  ]
  const panels = [plane]
  const totals = Array.from({ length: Math.min(n, FEW) }, (_, i) => trajectory(path, i).total)
  if (few) {
    const left = plane.x + across + 32 + ROOM.left
    const panel: Panel = {
      x: left,
      y: top,
      width: width - 40 - left,
      height: plane.height,
      domain: { x: [0, steps.length - 1], y: logDetRange(path) },
    }
    panels.push(panel)
    marks.push(...sums(path, panel, theme, options.layers))
  }
  return sceneOf(
    options,
    theme,
    { width, height: top + plane.height + ROOM.bottom + 4 },
    {
      title: 'Points on their way through layers',
      description: `${n} points through ${steps.length - 1} layers${
        few ? `; log|det J| in all: ${totals.map(told).join(', ')}` : ''
      }.`,
    },
    marks,
    panels,
  )
}

/** How an end of a way is drawn: rings and discs for a few ways, two colours for many. */
const endPaint = (end: number, few: boolean, theme: Theme): Paint => {
  if (!few) return { fill: theme.series[end] }
  return end === 1 ? { fill: theme.ink } : { fill: theme.background, stroke: theme.ink, strokeWidth: 1.5 }
}

/** The sign of an end of a way, and its name. */
function endMarks(label: string, x: number, y: number, paint: Paint, theme: Theme): Mark[] {
  return [{ kind: 'points', points: [x + 6, y - 4], radius: 4, ...paint }, textMark(x + 16, y, label, theme.ink)]
}

function ways({ n, steps }: LayerPath, panel: Panel, theme: Theme, few: boolean): Mark[] {
  const pixels = steps.map((rows) => toPixels(panel, rows))
  const [first, last] = [pixels[0]!, pixels.at(-1)!]
  const line = (i: number): number[] => pixels.flatMap((p) => [p[2 * i]!, p[2 * i + 1]!])
  if (!few) {
    const lines = Array.from({ length: n }, (_, i) => line(i))
    return [
      { kind: 'path', lines, stroke: theme.muted, strokeWidth: 0.7, opacity: 0.3 },
      { kind: 'points', points: first, radius: 1.8, fill: theme.series[0]!, opacity: 0.8 },
      { kind: 'points', points: last, radius: 1.8, fill: theme.series[1]!, opacity: 0.8 },
    ]
  }
  return Array.from({ length: n }, (_, i): Mark[] => {
    const colour = theme.series[i]!
    const own = line(i)
    return [
      { kind: 'path', lines: [own], stroke: colour, strokeWidth: 1.6 },
      { kind: 'points', points: own.slice(2, -2), radius: 2, fill: colour },
      {
        kind: 'points',
        points: own.slice(0, 2),
        radius: 4.5,
        fill: theme.background,
        stroke: colour,
        strokeWidth: 1.8,
      },
      { kind: 'points', points: own.slice(-2), radius: 5, fill: colour },
    ]
  }).flat()
}

/** log|det J| after 0 … K layers. */
function sumsOf(path: LayerPath, i: number): number[] {
  const out = [0]
  for (const value of trajectory(path, i).logDet) out.push(out.at(-1)! + (Number.isNaN(value) ? 0 : value))
  return out
}

const logDetRange = (path: LayerPath): Range => {
  const all = Array.from({ length: path.n }, (_, i) => sumsOf(path, i)).flat()
  return rangeOf(all, { margin: 0.1 })
}

function sums(path: LayerPath, panel: Panel, theme: Theme, layers: readonly string[] | undefined): Mark[] {
  const count = path.steps.length - 1
  const lines = Array.from({ length: path.n }, (_, i): Mark => {
    const points = sumsOf(path, i).flatMap((value, k) => [k, value])
    return { kind: 'path', lines: [toPixels(panel, points)], stroke: theme.series[i]!, strokeWidth: 1.8 }
  })
  const { width, height } = panel
  const zero = toPixels(panel, [0, 0, count, 0])
  const names = Array.from({ length: count }, (_, k): Mark => {
    const x = ((k + 0.5) / count) * width
    return textMark(x, height + 17, layers?.[k] ?? String(k + 1), theme.muted, { size: SIZE.tick, anchor: 'middle' })
  })
  const steps = Array.from({ length: count + 1 }, (_, k) => [(k / count) * width, 0, (k / count) * width, height])
  return [
    { kind: 'group', x: panel.x, y: panel.y, marks: [{ kind: 'path', lines: steps, stroke: theme.grid }] },
    inside(panel, [{ kind: 'path', lines: [zero], stroke: theme.muted, dash: [4, 3] }, ...lines]),
    ...axesMarks(panel, theme, { y: { label: 'log|det J| so far, nats' } }),
    {
      kind: 'group',
      x: panel.x,
      y: panel.y,
      marks: [...names, textMark(width / 2, height + 35, 'layer', theme.ink, { anchor: 'middle' })],
    },
  ]
}
