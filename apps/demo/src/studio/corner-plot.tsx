import { computed } from '@preact/signals'
import { colour } from '../app/theme.js'
import { Canvas, type Surface } from '../ui/canvas.js'
import { Figure } from '../ui/figure.js'
import { ticks } from './draw.js'
import { samples } from './pictures.js'
import { source } from './store.js'

/** Most columns that are drawn. */
const MOST = 8
/** Most rows that a picture looks at. */
const ROWS = 6000
const BINS = 40

/** Every so-many-th value of a column. */
function thinned(column: Float64Array): Float64Array {
  const every = Math.max(1, Math.floor(column.length / ROWS))
  return column.filter((_, i) => i % every === 0)
}

/** The column's values in samples. */
const sampled = (rows: Float32Array, c: number, width: number): Float64Array =>
  Float64Array.from({ length: rows.length / width }, (_, r) => rows[r * width + c]!)

/** Where the middle 98 % of the values lie. */
function range(values: Float64Array): [number, number] {
  const sorted = values.slice().sort()
  const [low, high] = [sorted[Math.floor(0.01 * sorted.length)]!, sorted[Math.ceil(0.99 * sorted.length) - 1]!]
  const room = 0.05 * (high - low || 1)
  return [low - room, high + room]
}

/** What is drawn of the data, which does not change as the flow does. */
const drawnData = computed(() => {
  const columns = source.value?.columns.slice(0, MOST).map(thinned) ?? []
  return { columns, ranges: columns.map(range) }
})

/** A corner plot: each column on its own along the diagonal, each pair below it; data warm, samples cool. */
export function CornerPlot() {
  const data = source.value
  const count = Math.min(MOST, data?.columns.length ?? 0)
  return (
    <Figure
      title={`Data and samples, ${count === data?.columns.length ? 'every column' : `the first ${count} columns`}`}
      caption={
        <span class="legend">
          <span class="key">
            <i style={{ background: 'var(--data)' }} aria-hidden="true" />
            data
          </span>
          <span class="key">
            <i style={{ background: 'var(--model)' }} aria-hidden="true" />
            samples of the flow
          </span>
        </span>
      }
    >
      <Canvas
        label={`Corner plot of ${data?.names.slice(0, count).join(', ') ?? 'nothing yet'}`}
        aspect={1.25}
        draw={draw}
      />
    </Figure>
  )
}

function draw(surface: Surface): void {
  const data = source.value
  if (!data) return
  const { context, width, height } = surface
  const { columns, ranges } = drawnData.value
  const count = columns.length
  const rows = samples.value
  const drawn = rows && columns.map((_, c) => sampled(rows, c, data.columns.length))
  const [left, bottom] = [8, 34]
  const [w, h] = [(width - left) / count, (height - bottom) / count]
  context.font = `11px ${getComputedStyle(document.body).fontFamily}`
  for (let row = 0; row < count; row++)
    for (let column = 0; column <= row; column++) {
      const cell = { x: left + column * w + 3, y: row * h + 3, w: w - 6, h: h - 6 }
      context.save()
      context.beginPath()
      context.rect(cell.x, cell.y, cell.w, cell.h)
      context.fillStyle = colour('surface')
      context.fill()
      context.strokeStyle = colour('border')
      context.stroke()
      context.clip()
      if (row === column) {
        const ofData = shares(columns[row]!, ranges[row]!)
        const ofSamples = drawn && shares(drawn[row]!, ranges[row]!)
        // both on the scale of the data's
        const scale = (0.85 * cell.h) / ofData.reduce((a, b) => Math.max(a, b))
        steps(context, cell, ofData, scale, colour('data'), true)
        if (ofSamples) steps(context, cell, ofSamples, scale, colour('model'), false)
      } else {
        dots(context, cell, [columns[column]!, columns[row]!], [ranges[column]!, ranges[row]!], colour('data'))
        if (drawn) dots(context, cell, [drawn[column]!, drawn[row]!], [ranges[column]!, ranges[row]!], colour('model'))
      }
      context.restore()
    }
  context.fillStyle = colour('text-muted')
  context.textAlign = 'center'
  for (let column = 0; column < count; column++) {
    const [low, high] = ranges[column]!
    for (const tick of ticks([low, high], 3)) {
      const x = left + column * w + 3 + ((tick - low) / (high - low)) * (w - 6)
      if (x < left + column * w + 14 || x > left + (column + 1) * w - 14) continue
      context.fillText(Math.abs(tick) >= 1000 ? tick.toLocaleString('en') : String(tick), x, height - bottom + 14)
    }
    context.fillText(data.names[column]!, left + (column + 0.5) * w, height - 5, w)
  }
}

interface Cell {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** The share of values in each bin of a range. */
function shares(values: Float64Array, [low, high]: readonly [number, number]): Float64Array {
  const counts = new Float64Array(BINS)
  for (const value of values) {
    const bin = Math.floor(((value - low) / (high - low)) * BINS)
    if (bin >= 0 && bin < BINS) counts[bin]! += 1 / values.length
  }
  return counts
}

/** A histogram, `scale` pixels high for a share of 1. */
function steps(
  context: CanvasRenderingContext2D,
  cell: Cell,
  counts: Float64Array,
  scale: number,
  style: string,
  filled: boolean,
): void {
  context.beginPath()
  context.moveTo(cell.x, cell.y + cell.h)
  for (const [bin, share] of counts.entries()) {
    const y = cell.y + cell.h - scale * share
    context.lineTo(cell.x + (bin / BINS) * cell.w, y)
    context.lineTo(cell.x + ((bin + 1) / BINS) * cell.w, y)
  }
  context.lineTo(cell.x + cell.w, cell.y + cell.h)
  context.strokeStyle = style
  context.fillStyle = style
  context.lineWidth = 1.5
  context.globalAlpha = 0.25
  if (filled) context.fill()
  context.globalAlpha = 1
  if (!filled) context.stroke()
}

function dots(
  context: CanvasRenderingContext2D,
  cell: Cell,
  [x, y]: readonly [Float64Array, Float64Array],
  [across, up]: readonly [readonly [number, number], readonly [number, number]],
  style: string,
): void {
  context.fillStyle = style
  // rows may be sorted: some of all
  const every = Math.max(1, Math.floor(x.length / 2000))
  context.globalAlpha = Math.min(0.7, (350 * every) / x.length)
  for (let i = 0; i < x.length; i += every)
    context.fillRect(
      cell.x + ((x[i]! - across[0]) / (across[1] - across[0])) * cell.w - 0.75,
      cell.y + cell.h - ((y[i]! - up[0]) / (up[1] - up[0])) * cell.h - 0.75,
      1.5,
      1.5,
    )
  context.globalAlpha = 1
}
