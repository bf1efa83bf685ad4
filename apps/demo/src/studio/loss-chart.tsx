import { colour } from '../app/theme.js'
import { Canvas, type Surface } from '../ui/canvas.js'
import { Figure } from '../ui/figure.js'
import { ticks } from './draw.js'
import { history, progress, settings, source } from './store.js'

const LEFT = 40
const BOTTOM = 20
const TOP = 8
const RIGHT = 8

/** The likelihoods over the steps, with the entropy that they can come down to. */
export function LossChart() {
  const entropy = source.value?.entropy
  const last = progress.value
  return (
    <Figure
      title="Negative log-likelihood"
      caption={
        <span class="legend">
          <Key token="data">training</Key>
          <Key token="model">held out</Key>
          {entropy !== undefined && <Key token="good">entropy {entropy.toFixed(3)} nats: no model is below</Key>}
        </span>
      }
    >
      <Canvas
        aspect={3.6}
        label={
          last
            ? `Negative log-likelihood after ${last.step} steps: ${last.trainNll.toFixed(3)} nats in training${last.heldNll === undefined ? '' : `, ${last.heldNll.toFixed(3)} held out`}`
            : 'Negative log-likelihood over the steps; no step has been made yet'
        }
        draw={draw}
      />
    </Figure>
  )
}

function Key({ token, children }: { token: 'data' | 'model' | 'good'; children: preact.ComponentChildren }) {
  return (
    <span class="key">
      <i style={{ background: `var(--${token})` }} aria-hidden="true" />
      {children}
    </span>
  )
}

/** From the best to where nine tenths of the curve lie: the first steps would flatten all that follows. */
function rangeOf(values: readonly number[], entropy: number | undefined): [number, number] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b)
  if (sorted.length === 0) return [(entropy ?? 0) - 0.1, (entropy ?? 0) + 1]
  const low = Math.min(sorted[0] ?? 0, entropy ?? Infinity)
  const high = Math.max(sorted[Math.floor(0.97 * (sorted.length - 1))] ?? 1, (entropy ?? low) + 0.2)
  const room = 0.06 * (high - low || 1)
  return [low - room, high + room]
}

function draw({ context, width, height }: Surface): void {
  const { steps, train, held } = history.value
  const entropy = source.value?.entropy
  const most = Math.max(settings.value.steps, steps.at(-1) ?? 0)
  const range = rangeOf([...train, ...held], entropy)
  const x = (step: number): number => LEFT + (step / most) * (width - LEFT - RIGHT)
  const y = (nll: number): number => TOP + ((range[1] - nll) / (range[1] - range[0])) * (height - TOP - BOTTOM)
  context.font = `10px ${getComputedStyle(document.body).fontFamily}`
  context.lineWidth = 1
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  for (const tick of ticks(range, 4)) {
    line(context, colour('grid'), [LEFT, width - RIGHT], [y(tick), y(tick)])
    context.fillStyle = colour('text-muted')
    context.fillText(String(tick), LEFT - 5, y(tick))
  }
  context.textBaseline = 'top'
  context.textAlign = 'center'
  for (const tick of ticks([0, most], 4)) {
    const label = tick === 0 ? 'step 0' : tick.toLocaleString('en')
    context.fillText(label, Math.min(width - 20, Math.max(LEFT + 10, x(tick))), height - BOTTOM + 6)
  }
  context.save()
  context.beginPath()
  context.rect(LEFT, 0, width - LEFT, height - BOTTOM + 1)
  context.clip()
  if (entropy !== undefined) {
    context.setLineDash([4, 4])
    line(context, colour('good'), [LEFT, width - RIGHT], [y(entropy), y(entropy)])
    context.setLineDash([])
  }
  context.lineWidth = 1.2
  line(context, colour('data'), steps.map(x), train.map(y))
  context.lineWidth = 2
  const seen = [...held.keys()].filter((i) => Number.isFinite(held[i]))
  line(
    context,
    colour('model'),
    seen.map((i) => x(steps[i]!)),
    seen.map((i) => y(held[i]!)),
  )
  context.restore()
}

function line(context: CanvasRenderingContext2D, style: string, xs: readonly number[], ys: readonly number[]): void {
  context.strokeStyle = style
  context.beginPath()
  // the first lineTo of a path is a move
  for (const [i, x] of xs.entries()) context.lineTo(x, ys[i]!)
  context.stroke()
}
