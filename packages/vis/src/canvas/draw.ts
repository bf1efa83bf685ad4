import { indices } from '../scene/raster.js'
import type { FieldMark, Mark, Paint, PathMark, PointsMark, Scene, TextMark } from '../scene/scene.js'
import type { Context2D } from './context.js'

/** Options of {@link drawScene}. */
export interface DrawOptions {
  /** Device pixels a CSS pixel, as `devicePixelRatio` has it. Default 1. */
  readonly pixelRatio?: number
}

/** Where marks are drawn, in CSS pixels from the canvas's corner, with the font they are set in. */
interface Place {
  readonly x: number
  readonly y: number
  readonly ratio: number
  readonly font: string
}

/**
 * Draws a picture on a canvas of `width · pixelRatio` × `height · pixelRatio` pixels, over what was there.
 *
 * @example
 * ```ts
 * const draw = (canvas: HTMLCanvasElement, scene: Scene) => {
 *   canvas.width = scene.width * devicePixelRatio
 *   canvas.height = scene.height * devicePixelRatio
 *   drawScene(canvas.getContext('2d')!, scene, { pixelRatio: devicePixelRatio })
 * }
 * ```
 */
export function drawScene(context: Context2D, scene: Scene, { pixelRatio = 1 }: DrawOptions = {}): void {
  context.save()
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
  context.fillStyle = scene.background
  context.fillRect(0, 0, scene.width, scene.height)
  const place = { x: 0, y: 0, ratio: pixelRatio, font: scene.font }
  for (const mark of scene.marks) draw(context, mark, place)
  context.restore()
}

function draw(context: Context2D, mark: Mark, place: Place): void {
  switch (mark.kind) {
    case 'group':
      context.save()
      context.translate(mark.x, mark.y)
      if (mark.clip) {
        context.beginPath()
        context.rect(0, 0, mark.clip.width, mark.clip.height)
        context.clip()
      }
      for (const inner of mark.marks) draw(context, inner, { ...place, x: place.x + mark.x, y: place.y + mark.y })
      context.restore()
      return
    case 'rect':
      paint(context, mark)
      if (mark.fill !== undefined) context.fillRect(mark.x, mark.y, mark.width, mark.height)
      if (mark.stroke !== undefined) context.strokeRect(mark.x, mark.y, mark.width, mark.height)
      return
    case 'path':
      path(context, mark)
      return
    case 'points':
      points(context, mark)
      return
    case 'text':
      text(context, mark, place.font)
      return
    case 'field':
      field(context, mark, place)
      return
  }
}

function paint(context: Context2D, { fill, stroke, strokeWidth = 1, dash = [], opacity = 1 }: Paint): void {
  context.globalAlpha = opacity
  if (fill !== undefined) context.fillStyle = fill
  if (stroke === undefined) return
  context.strokeStyle = stroke
  context.lineWidth = strokeWidth
  context.lineJoin = 'round'
  context.setLineDash([...dash])
}

function path(context: Context2D, mark: PathMark): void {
  paint(context, mark)
  context.beginPath()
  for (const line of mark.lines) {
    let drawing = false
    for (let i = 0; i + 1 < line.length; i += 2) {
      const [x, y] = [line[i]!, line[i + 1]!]
      const finite = Number.isFinite(x) && Number.isFinite(y)
      if (finite && drawing) context.lineTo(x, y)
      else if (finite) context.moveTo(x, y)
      drawing = finite
    }
    if (mark.closed) context.closePath()
  }
  if (mark.fill !== undefined) context.fill('evenodd')
  if (mark.stroke !== undefined) context.stroke()
}

function points(context: Context2D, mark: PointsMark): void {
  paint(context, mark)
  const { radius } = mark
  for (let i = 0; i + 1 < mark.points.length; i += 2) {
    const [x, y] = [mark.points[i]!, mark.points[i + 1]!]
    if (!(Number.isFinite(x) && Number.isFinite(y))) continue
    // each by itself, so that where many are it is darker
    context.beginPath()
    context.arc(x, y, radius, 0, 2 * Math.PI)
    if (mark.fill !== undefined) context.fill()
    if (mark.stroke !== undefined) context.stroke()
  }
}

function text(context: Context2D, mark: TextMark, font: string): void {
  context.save()
  context.globalAlpha = 1
  context.translate(mark.x, mark.y)
  if (mark.rotate) context.rotate((mark.rotate * Math.PI) / 180)
  context.font = `${mark.weight ?? 400} ${mark.size}px ${font}`
  context.textAlign = { start: 'left', middle: 'center', end: 'right' }[mark.anchor ?? 'start']
  context.textBaseline = 'alphabetic'
  if (mark.halo) {
    paint(context, { stroke: mark.halo, strokeWidth: 3 })
    context.strokeText(mark.text, 0, 0)
  }
  context.fillStyle = mark.fill
  context.fillText(mark.text, 0, 0)
  context.restore()
}

function field(context: Context2D, mark: FieldMark, { x, y, ratio }: Place): void {
  // pixels are put as they are, apart from any transform: interpolated here, they are the same on every canvas
  const [left, top] = [Math.round((x + mark.x) * ratio), Math.round((y + mark.y) * ratio)]
  const width = Math.round((x + mark.x + mark.width) * ratio) - left
  const height = Math.round((y + mark.y + mark.height) * ratio) - top
  if (width <= 0 || height <= 0) return
  const image = context.createImageData(width, height)
  const chosen = indices(mark, width, height)
  for (let i = 0; i < chosen.length; i++) {
    const at = 3 * chosen[i]!
    image.data[4 * i] = mark.palette[at]!
    image.data[4 * i + 1] = mark.palette[at + 1]!
    image.data[4 * i + 2] = mark.palette[at + 2]!
    image.data[4 * i + 3] = 255
  }
  context.putImageData(image as never, left, top)
}
