import { indices } from '../scene/raster.js'
import type { FieldMark, Mark, Paint, Scene, TextMark } from '../scene/scene.js'
import { element, escapeText, round } from './element.js'
import { dataUrl, indexedPng } from './png.js'
import { simplified } from './simplify.js'

/** Options of {@link toSvg}. */
export interface SvgOptions {
  /** Whether the drawing takes the width of what holds it, in its own proportions. Default false: a size in pixels. */
  readonly responsive?: boolean
}

/**
 * A picture as an SVG document: for a file, or for a page's `innerHTML`. It names itself to screen readers, its text is text, and it needs
 * no identifiers, so that any number of them may stand in one page.
 *
 * @example
 * ```ts
 * const svg = toSvg(lossFigure([{ label: 'training', x: [0, 1, 2], y: [3, 2, 1.5] }]))
 * svg.startsWith('<svg') // true
 * ```
 */
export function toSvg(scene: Scene, { responsive = false }: SvgOptions = {}): string {
  const { width, height, title, description } = scene
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      ...(responsive ? { style: 'display:block;width:100%;height:auto' } : { width, height }),
      viewBox: `0 0 ${round(width)} ${round(height)}`,
      'font-family': scene.font,
      role: 'img',
      'aria-label': title,
    },
    element('title', {}, escapeText(title)),
    ...(description === '' ? [] : [element('desc', {}, escapeText(description))]),
    element('rect', { width, height, fill: scene.background }),
    ...scene.marks.map(draw),
  )
}

function draw(mark: Mark): string {
  switch (mark.kind) {
    case 'group': {
      const { x, y, clip, marks } = mark
      // an inner drawing cuts off what lies outside of it, and needs no identifier for that
      if (clip) return element('svg', { x, y, width: clip.width, height: clip.height }, ...marks.map(draw))
      return element('g', { transform: `translate(${round(x)},${round(y)})` }, ...marks.map(draw))
    }
    case 'rect':
      return element('rect', { x: mark.x, y: mark.y, width: mark.width, height: mark.height, ...painted(mark) })
    case 'path':
      return element('path', {
        d: mark.lines.map((line) => pathOf(line, mark.closed === true)).join(''),
        ...painted(mark),
        ...(mark.fill !== undefined && mark.lines.length > 1 && { 'fill-rule': 'evenodd' }),
        ...(mark.stroke !== undefined && { 'stroke-linejoin': 'round' }),
        ...(mark.crisp && { 'shape-rendering': 'crispEdges' }),
      })
    case 'points': {
      const discs: string[] = []
      for (let i = 0; i + 1 < mark.points.length; i += 2) {
        const [cx, cy] = [mark.points[i]!, mark.points[i + 1]!]
        if (Number.isFinite(cx) && Number.isFinite(cy)) discs.push(element('circle', { cx, cy, r: mark.radius }))
      }
      return element('g', painted(mark), ...discs)
    }
    case 'text':
      return text(mark)
    case 'field':
      return field(mark)
  }
}

const painted = ({ fill, stroke, strokeWidth, dash, opacity }: Paint) => ({
  fill: fill ?? 'none',
  stroke,
  'stroke-width': stroke === undefined ? undefined : (strokeWidth ?? 1),
  'stroke-dasharray': dash?.map(round).join(' '),
  // of fill and stroke by themselves, as a canvas has it
  'fill-opacity': fill === undefined ? undefined : opacity,
  'stroke-opacity': stroke === undefined ? undefined : opacity,
})

/** Path data of a polyline, without points that make no difference; a point that is not finite interrupts it. */
function pathOf(whole: ArrayLike<number>, closed: boolean): string {
  const line = simplified(whole, 0.08)
  let d = ''
  let pen = 'M'
  for (let i = 0; i + 1 < line.length; i += 2) {
    const [x, y] = [line[i]!, line[i + 1]!]
    if (Number.isFinite(x) && Number.isFinite(y)) {
      d += `${pen}${round(x)},${round(y)}`
      pen = 'L'
    } else pen = 'M'
  }
  return closed && d !== '' ? `${d}Z` : d
}

function text({ x, y, text: content, size, fill, weight, anchor, rotate, halo }: TextMark): string {
  return element(
    'text',
    {
      ...(rotate ? { transform: `translate(${round(x)},${round(y)}) rotate(${round(rotate)})` } : { x, y }),
      'font-size': size,
      ...(weight === 600 && { 'font-weight': 600 }),
      ...(anchor && anchor !== 'start' && { 'text-anchor': anchor }),
      fill,
      ...(halo && { stroke: halo, 'stroke-width': 3, 'stroke-linejoin': 'round', 'paint-order': 'stroke' }),
    },
    escapeText(content),
  )
}

/** Most pixels of an embedded picture on each axis. */
const MOST = 640

function field(mark: FieldMark): string {
  const { x, y, width, height, palette } = mark
  const [columns, rows] = [Math.ceil(Math.min(MOST, width)), Math.ceil(Math.min(MOST, height))]
  const png = indexedPng(indices(mark, columns, rows), columns, rows, palette)
  return element('image', { x, y, width, height, preserveAspectRatio: 'none', href: dataUrl(png, 'image/png') })
}
