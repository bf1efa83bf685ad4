import { type Range, rangeOf } from '../data/extent.js'
import { downsampled, smoothed } from '../data/loss.js'
import { type Mark, type Panel, type Scene, toPixels } from '../scene/scene.js'
import { themeOf } from '../scene/theme.js'
import { axesMarks, gridMarks, inside, ROOM } from './parts/axes.js'
import type { FigureOptions } from './parts/options.js'
import { sceneOf, told } from './parts/scene.js'
import { heading, SIZE, textMark, widthOf } from './parts/text.js'

/** One line of a loss curve. */
export interface LossSeries {
  readonly label: string
  /** Steps. */
  readonly x: ArrayLike<number>
  /** Losses. */
  readonly y: ArrayLike<number>
  /** Values in which a value's weight in the smooth line halves; 0 draws the values alone. Default a hundredth of their number. */
  readonly halfLife?: number
}

/** Options of {@link lossFigure}. */
export interface LossFigureOptions extends FigureOptions {
  readonly height?: number
  /** What a perfect model comes to. */
  readonly entropy?: number
  /** Default `step`. */
  readonly x?: string
  /** Default `negative log-likelihood, nats`. */
  readonly y?: string
  /** What is shown of the losses. Default what holds all but the first spikes. */
  readonly range?: Range
}

/**
 * Losses over steps: each series as a faint line of its values, extremes kept, under a smooth one, named at its end; and the entropy, which
 * no model's mean loss can fall below.
 *
 * @example
 * ```ts
 * const y = Array.from({ length: 200 }, (_, i) => 1.1 + 2 * Math.exp(-i / 30))
 * const svg = toSvg(lossFigure([{ label: 'training', x: y.map((_, i) => i), y }], { entropy: 1.0075 }))
 * ```
 */
export function lossFigure(series: readonly LossSeries[], options: LossFigureOptions = {}): Scene {
  const theme = themeOf(options.theme)
  const { width = 640, height = 320, entropy } = options
  const head = heading(options, theme, 16)
  const names = [...series.map(({ label }) => label), ...(entropy === undefined ? [] : [entropyName(entropy)])]
  const right = 24 + Math.max(...names.map((name) => widthOf(name, SIZE.label)))
  const steps = series.flatMap(({ x }) => [x[0] ?? 0, x[x.length - 1] ?? 0])
  const span: Range = [Math.min(...steps), Math.max(...steps)]
  const panel: Panel = {
    x: ROOM.left + 8,
    y: head.bottom + ROOM.top,
    width: width - ROOM.left - 8 - right,
    height: height - head.bottom - ROOM.top - ROOM.bottom - 4,
    domain: { x: span[0] < span[1] ? span : [span[0], span[0] + 1], y: options.range ?? shown(series, entropy) },
  }
  const marks: Mark[] = [...head.marks, ...gridMarks(panel, theme, { x: {}, y: {}, grid: 'y' })]
  const lines: Mark[] = []
  const labels: Label[] = []
  series.forEach(({ label, x, y, halfLife = Math.max(1, y.length / 100) }, i) => {
    const colour = theme.series[i % theme.series.length]!
    const points = Math.max(64, Math.round(2 * panel.width))
    const draw = (values: ArrayLike<number>, paint: { opacity?: number; strokeWidth: number }): void => {
      const few = downsampled({ x, y: values }, { points })
      lines.push({ kind: 'path', lines: [toPixels(panel, pairs(few.x, few.y))], stroke: colour, ...paint })
    }
    const smooth = halfLife > 0 ? smoothed(held(y, panel.domain.y), { halfLife }) : y
    if (halfLife > 0) draw(y, { opacity: 0.28, strokeWidth: 0.8 })
    draw(smooth, { strokeWidth: 2 })
    const last = lastFinite(smooth)
    if (last !== undefined) labels.push({ text: label, colour, at: last })
  })
  if (entropy !== undefined) {
    const { x } = panel.domain
    lines.unshift({
      kind: 'path',
      lines: [toPixels(panel, [x[0], entropy, x[1], entropy])],
      stroke: theme.muted,
      strokeWidth: 1.2,
      dash: [5, 4],
    })
    labels.push({ text: entropyName(entropy), colour: theme.muted, at: entropy })
  }
  marks.push(
    inside(panel, lines),
    ...axesMarks(panel, theme, {
      x: { label: options.x ?? 'step' },
      y: { label: options.y ?? 'negative log-likelihood, nats' },
      border: 'foot',
    }),
    ...beside(labels, panel),
  )
  const ends = labels.map(({ text, at }) => `${text} ends at ${told(at)}`)
  return sceneOf(
    options,
    theme,
    { width, height },
    { title: 'Loss over steps', description: `${ends.join('; ')}.` },
    marks,
    [panel],
  )
}

/** Losses as far as half a picture above it: a spike of thousands must not hide a hundred steps after it. */
const held = (y: ArrayLike<number>, [low, high]: Range): Float64Array =>
  Float64Array.from(y, (v) => (v > high ? Math.min(v, high + (high - low) / 2) : v))

const entropyName = (entropy: number): string => `entropy ${entropy.toFixed(2)}`

interface Label {
  text: string
  colour: string
  at: number
}

/** Names at the ends of their lines, moved apart where they would meet. */
function beside(labels: readonly Label[], panel: Panel): Mark[] {
  const { x, y, width, height, domain } = panel
  const place = (value: number): number =>
    Math.min(height - 8, Math.max(0, (1 - (value - domain.y[0]) / (domain.y[1] - domain.y[0])) * height))
  const placed = labels.map((label) => ({ ...label, y: place(label.at) })).sort((a, b) => a.y - b.y)
  const LINE = 15
  for (let i = 1; i < placed.length; i++) placed[i]!.y = Math.max(placed[i]!.y, placed[i - 1]!.y + LINE)
  const over = (placed.at(-1)?.y ?? 0) - (height - 8)
  if (over > 0) {
    placed.at(-1)!.y -= over
    for (let i = placed.length - 2; i >= 0; i--) placed[i]!.y = Math.min(placed[i]!.y, placed[i + 1]!.y - LINE)
  }
  return placed.map(({ text, colour, y: at }) => textMark(x + width + 8, y + at + 4, text, colour, { weight: 600 }))
}

function pairs(x: ArrayLike<number>, y: ArrayLike<number>): Float64Array {
  const out = new Float64Array(2 * x.length)
  for (let i = 0; i < x.length; i++) {
    out[2 * i] = x[i]!
    out[2 * i + 1] = y[i]!
  }
  return out
}

function lastFinite(values: ArrayLike<number>): number | undefined {
  for (let i = values.length - 1; i >= 0; i--) if (Number.isFinite(values[i]!)) return values[i]!
  return undefined
}

/** From below the least to what 98 % of the losses lie under: first spikes must not flatten the rest. */
function shown(series: readonly LossSeries[], entropy: number | undefined): Range {
  const all = Float64Array.from(series.flatMap(({ y }) => Array.from(y)))
    .filter(Number.isFinite)
    .sort()
  if (all.length === 0) return rangeOf([entropy ?? 0])
  const least = Math.min(all[0]!, entropy ?? Infinity)
  const most = Math.max(all[Math.floor(0.98 * (all.length - 1))]!, entropy ?? -Infinity)
  return rangeOf([least, most], { margin: 0.06 })
}
