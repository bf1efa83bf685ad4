import { channels, colour } from '../app/theme.js'
import type { Surface } from '../ui/canvas.js'
import type { Window2 } from '../worker/protocol.js'

/** Where a place in a window lies on a surface. */
export function scales({ x, y }: Window2, { width, height }: Pick<Surface, 'width' | 'height'>) {
  const [sx, sy] = [width / (x[1] - x[0]), height / (y[1] - y[0])]
  return {
    x: (value: number): number => (value - x[0]) * sx,
    y: (value: number): number => height - (value - y[0]) * sy,
    fromX: (at: number): number => x[0] + at / sx,
    fromY: (at: number): number => y[0] + (height - at) / sy,
  }
}

/** Round steps of 1, 2 or 5 times a power of ten, about `count` of them in a range. */
export function ticks([low, high]: readonly [number, number], count = 5): number[] {
  const raw = (high - low) / count
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw) ?? power
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, i) => {
    const value = (first + i) * step
    return Number(value.toPrecision(12))
  })
}

/** Faint lines at round values, with the values at the edges. */
export function drawGrid(surface: Surface, window: Window2): void {
  const { context, width, height } = surface
  const at = scales(window, surface)
  context.strokeStyle = colour('grid')
  context.lineWidth = 1
  context.beginPath()
  const [xs, ys] = [ticks(window.x), ticks(window.y)]
  for (const x of xs) {
    context.moveTo(Math.round(at.x(x)) + 0.5, 0)
    context.lineTo(Math.round(at.x(x)) + 0.5, height)
  }
  for (const y of ys) {
    context.moveTo(0, Math.round(at.y(y)) + 0.5)
    context.lineTo(width, Math.round(at.y(y)) + 0.5)
  }
  context.stroke()
}

/** The values of the grid's lines, above whatever else is drawn. */
export function drawTicks(surface: Surface, window: Window2): void {
  const { context, width, height } = surface
  const at = scales(window, surface)
  context.font = `10px ${getComputedStyle(document.body).fontFamily}`
  context.fillStyle = colour('text-muted')
  context.textBaseline = 'bottom'
  context.textAlign = 'center'
  for (const x of ticks(window.x)) {
    const place = at.x(x)
    if (place > 26 && place < width - 10) context.fillText(String(x), place, height - 3)
  }
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  for (const y of ticks(window.y)) {
    const place = at.y(y)
    if (place > 10 && place < height - 14) context.fillText(String(y), 4, place)
  }
}

/** Points of rows x, y by turns, as dots that add up. */
export function drawPoints(
  surface: Surface,
  window: Window2,
  points: ArrayLike<number>,
  token: 'data' | 'model',
  most = 4000,
): void {
  const { context } = surface
  const at = scales(window, surface)
  const count = Math.min(most, points.length / 2)
  context.fillStyle = colour(token)
  context.globalAlpha = Math.min(0.8, Math.max(0.25, 900 / count))
  const size = surface.width < 200 ? 1.5 : 2
  for (let i = 0; i < count; i++)
    context.fillRect(at.x(points[2 * i]!) - size / 2, at.y(points[2 * i + 1]!) - size / 2, size, size)
  context.globalAlpha = 1
}

/** A field of log-densities as an image: the colour grows with the square root of the density. */
export function drawDensity({ context, width, height }: Surface, logProb: Float32Array, size: number): void {
  let top = -Infinity
  for (const value of logProb) if (value > top) top = value
  const [r, g, b] = channels('model')
  const image = new ImageData(size, size)
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      // images begin at the top
      const at = 4 * ((size - 1 - row) * size + column)
      image.data[at] = r
      image.data[at + 1] = g
      image.data[at + 2] = b
      image.data[at + 3] = 235 * Math.exp((logProb[row * size + column]! - top) / 2)
    }
  const small = new OffscreenCanvas(size, size)
  small.getContext('2d')!.putImageData(image, 0, 0)
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'high'
  context.drawImage(small, 0, 0, width, height)
}
