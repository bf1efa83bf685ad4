import { pathAt } from '@ebbflow/vis'
import { computed, signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { colour } from '../app/theme.js'
import { Button } from '../ui/button.js'
import { Canvas, type Surface } from '../ui/canvas.js'
import { Card } from '../ui/card.js'
import { Slider } from '../ui/slider.js'
import type { Morph, Window2 } from '../worker/protocol.js'
import { drawGrid, drawPoints, drawTicks, scales } from './draw.js'
import { layerTitle } from './layer-names.js'
import { morph, probe } from './pictures.js'

/** Where the slider stands: 0 is z, K is x, k + u is on the way through layer k + 1. */
export const stage = signal(Number.POSITIVE_INFINITY)

const last = computed(() => morph.value?.layers.length ?? 0)
const at = computed(() => Math.min(stage.value, last.value))

const SECONDS_A_LAYER = 0.7

/** The slider through the layers, which carries a grid and points from z to x. */
export function LayersView() {
  const playing = useRef(0)
  const play = (): void => {
    cancelAnimationFrame(playing.current)
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    const began = performance.now()
    const frame = (now: number): void => {
      const t = (now - began) / 1000 / SECONDS_A_LAYER
      stage.value = Math.min(last.value, still ? Math.floor(t) : Math.floor(t) + eased(t % 1))
      if (t < last.value) playing.current = requestAnimationFrame(frame)
    }
    playing.current = requestAnimationFrame(frame)
  }
  useEffect(() => () => cancelAnimationFrame(playing.current), [])
  return (
    <Card title="Through the layers" actions={<Button onClick={play}>▶ z to x</Button>}>
      <div class="canvas-frame">
        <Canvas label={`A grid over the noise and 500 points, ${described(at.value)}`} draw={draw} />
      </div>
      <Slider
        label="From noise z to data x"
        value={at.value}
        min={0}
        max={Math.max(1, last.value)}
        step={0.05}
        disabled={last.value === 0}
        onInput={(value) => {
          cancelAnimationFrame(playing.current)
          stage.value = value
        }}
        format={described}
      />
      <p class="hint">A grid over the noise, and 500 draws of it, as each layer bends them. In standardised units.</p>
    </Card>
  )
}

const eased = (t: number): number => t * t * (3 - 2 * t)

function described(t: number): string {
  const layers = morph.value?.layers ?? []
  if (t === 0) return 'noise z'
  const k = Math.min(layers.length, Math.ceil(t))
  const name = `layer ${k} of ${layers.length}, ${layerTitle(layers[k - 1]?.type ?? '')}`
  if (t < k) return `within ${name}`
  return t === layers.length ? 'data x' : `after ${name}`
}

const windowOf = (points: Morph['points']): Window2 => {
  let most = 3.2
  for (const stage of points) for (const value of stage) if (Math.abs(value) > most) most = Math.abs(value)
  const half = Math.min(6, most)
  return { x: [-half, half], y: [-half, half] }
}

function draw(surface: Surface): void {
  const path = morph.value
  if (!path) return
  const t = at.value
  const window = windowOf(path.points)
  drawGrid(surface, window)
  const n = path.grid.stages[0]!.length / 2
  const logDet: Float64Array[] = []
  strokeLines(surface, window, pathAt({ n, steps: path.grid.stages, logDet }, t), path.grid.starts)
  const points = pathAt({ n: path.points[0]!.length / 2, steps: path.points, logDet }, t)
  drawPoints(surface, window, points, 'model')
  drawProbe(surface, window, t, path)
  drawTicks(surface, window)
}

function strokeLines(surface: Surface, window: Window2, points: Float32Array, starts: Uint32Array): void {
  const { context } = surface
  const to = scales(window, surface)
  context.strokeStyle = colour('text-muted')
  context.globalAlpha = 0.45
  context.lineWidth = 1
  context.beginPath()
  for (let line = 0; line + 1 < starts.length; line++)
    for (let i = starts[line]!; i < starts[line + 1]!; i++) {
      const [x, y] = [to.x(points[2 * i]!), to.y(points[2 * i + 1]!)]
      if (i === starts[line]) context.moveTo(x, y)
      else context.lineTo(x, y)
    }
  context.stroke()
  context.globalAlpha = 1
}

/** The row that is looked at, on its own way. */
function drawProbe(surface: Surface, window: Window2, t: number, path: Morph): void {
  const seen = probe.value
  if (seen?.z.length !== 2) return
  const after = path.layers.map((layer) => seen.layers.find((other) => other.path === layer.path)?.settled)
  if (after.some((row) => row === undefined)) return
  const rows = [seen.settled, ...(after as readonly (readonly number[])[])].map((row) => Float32Array.from(row))
  const [x, y] = pathAt({ n: 1, steps: rows, logDet: [] }, t)
  const to = scales(window, surface)
  const { context } = surface
  context.beginPath()
  context.arc(to.x(x!), to.y(y!), 6, 0, 2 * Math.PI)
  context.fillStyle = colour('accent-2')
  context.fill()
  context.lineWidth = 2
  context.strokeStyle = colour('surface')
  context.stroke()
}
