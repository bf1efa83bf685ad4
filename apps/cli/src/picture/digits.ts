import { check, EbbflowError } from '@ebbflow/core'
import { element, escapeText } from './svg.js'

/** What {@link imageGrid} draws. */
export interface ImageGrid {
  readonly title: string
  /** Grey images one after the other, row by row, as levels from 0 to 255; what lies outside is drawn as the nearest. */
  readonly images: ArrayLike<number>
  /** Height and width of an image. */
  readonly shape: readonly [height: number, width: number]
  /** Images a row. Default as near to a square as may be. */
  readonly columns?: number
}

const PIXEL = 2
const GAP = 6
const EDGE = 16
const TOP = 44
const INK = '#1b2733'
const FAINT = '#c9d1d9'
const FONT = "Inter, 'Helvetica Neue', Arial, sans-serif"

/**
 * Grey images as a grid in an SVG document, level 0 white and 255 black, as ink on paper.
 *
 * @throws EbbflowError `argument` when the values are not whole images, or there is none; `not-finite` naming the image of a NaN.
 */
export function imageGrid({ title, images, shape: [h, w], columns }: ImageGrid): string {
  const count = images.length / (h * w)
  check(Number.isInteger(count) && count > 0, 'the values are not whole images', {
    expected: `a multiple of ${h * w} values`,
    received: `${images.length}`,
  })
  const across = columns ?? Math.ceil(Math.sqrt(count))
  check(Number.isInteger(across) && across > 0, 'columns must be a positive integer', { received: `${across}` })
  const down = Math.ceil(count / across)
  const [stepX, stepY] = [w * PIXEL + GAP, h * PIXEL + GAP]
  const width = 2 * EDGE + Math.min(across, count) * stepX - GAP
  const height = TOP + EDGE + down * stepY - GAP
  /** For each level the runs of it, as one path: an element a pixel would be far more text. */
  const runs = new Map<number, string[]>()
  const frames: string[] = []
  for (let k = 0; k < count; k++) {
    const left = EDGE + (k % across) * stepX
    const top = TOP + Math.floor(k / across) * stepY
    frames.push(`M${left - 1},${top - 1}h${w * PIXEL + 2}v${h * PIXEL + 2}h${-w * PIXEL - 2}z`)
    for (let i = 0; i < h; i++)
      for (let j = 0; j < w; ) {
        const level = levelAt(images, (k * h + i) * w + j, k)
        let end = j + 1
        while (end < w && levelAt(images, (k * h + i) * w + end, k) === level) end++
        if (level > 0) {
          const run = `M${left + j * PIXEL},${top + i * PIXEL}h${(end - j) * PIXEL}v${PIXEL}h${(j - end) * PIXEL}z`
          const list = runs.get(level)
          if (list) list.push(run)
          else runs.set(level, [run])
        }
        j = end
      }
  }
  const ink = [...runs].sort(([a], [b]) => a - b)
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      'font-family': FONT,
      role: 'img',
      'aria-label': title,
    },
    element('rect', { width, height, fill: '#ffffff' }),
    element('text', { x: EDGE, y: 28, fill: INK, 'font-size': 15, 'font-weight': 600 }, escapeText(title)),
    element('path', { d: frames.join(''), fill: 'none', stroke: FAINT }),
    element(
      'g',
      { 'shape-rendering': 'crispEdges' },
      ...ink.map(([level, paths]) => element('path', { d: paths.join(''), fill: grey(255 - level) })),
    ),
  )
}

/** A value as a level, of image k. */
function levelAt(images: ArrayLike<number>, at: number, k: number): number {
  const value = images[at]!
  if (Number.isNaN(value)) throw new EbbflowError('not-finite', `image ${k} has a value that is not a number`)
  return Math.min(255, Math.max(0, Math.round(value)))
}

const grey = (value: number): string => `#${value.toString(16).padStart(2, '0').repeat(3)}`
