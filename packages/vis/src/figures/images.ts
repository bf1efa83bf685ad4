import { check, EbbflowError } from '@ebbflow/core/plain'
import type { Mark, Scene } from '../scene/scene.js'
import { themeOf } from '../scene/theme.js'
import type { FigureOptions } from './parts/options.js'
import { sceneOf } from './parts/scene.js'
import { textMark } from './parts/text.js'

/** Options of {@link imagesFigure}. */
export interface ImagesFigureOptions extends Omit<FigureOptions, 'width' | 'notes'> {
  /** Height and width of an image. */
  readonly shape: readonly [height: number, width: number]
  /** Images a row. Default as near to a square as may be. */
  readonly columns?: number
}

const PIXEL = 2
const GAP = 6
const EDGE = 16
const TOP = 44

/**
 * Grey images as a grid, level 0 white and 255 black, as ink on paper; images stand one after the other, row by row, and what lies outside
 * of the levels is drawn as the nearest.
 *
 * @throws EbbflowError `argument` when the values are not whole images, or there is none; `not-finite` naming the image of a NaN.
 * @example
 * ```ts
 * const svg = toSvg(imagesFigure([0, 128, 255, 0], { shape: [2, 2], title: 'Four pixels' }))
 * ```
 */
export function imagesFigure(images: ArrayLike<number>, options: ImagesFigureOptions): Scene {
  const theme = themeOf(options.theme)
  const {
    shape: [h, w],
    columns,
    title = '',
  } = options
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
  /** For each level the runs of it, as one path: a mark a pixel would be far more. */
  const runs = new Map<number, number[][]>()
  const frames: number[][] = []
  for (let k = 0; k < count; k++) {
    const left = EDGE + (k % across) * stepX
    const top = TOP + Math.floor(k / across) * stepY
    frames.push(box(left - 1, top - 1, w * PIXEL + 2, h * PIXEL + 2))
    for (let i = 0; i < h; i++)
      for (let j = 0; j < w; ) {
        const level = levelAt(images, (k * h + i) * w + j, k)
        let end = j + 1
        while (end < w && levelAt(images, (k * h + i) * w + end, k) === level) end++
        const run = box(left + j * PIXEL, top + i * PIXEL, (end - j) * PIXEL, PIXEL)
        const list = runs.get(level)
        if (list) list.push(run)
        else runs.set(level, [run])
        j = end
      }
  }
  const ink = [...runs]
    .filter(([level]) => level > 0 || theme.background !== '#ffffff')
    .sort(([a], [b]) => a - b)
    .map(([level, lines]): Mark => ({ kind: 'path', lines, closed: true, crisp: true, fill: grey(255 - level) }))
  return sceneOf(
    options,
    theme,
    { width, height },
    { title: 'Images', description: `${count} images of ${h} by ${w} pixels.` },
    [
      textMark(EDGE, 28, title, theme.ink, { size: 15, weight: 600 }),
      { kind: 'path', lines: frames, closed: true, stroke: theme.frame },
      ...ink,
    ],
    [],
  )
}

const box = (x: number, y: number, width: number, height: number): number[] => [
  ...[x, y, x + width, y],
  ...[x + width, y + height, x, y + height],
]

/** A value as a level, of image k. */
function levelAt(images: ArrayLike<number>, at: number, k: number): number {
  const value = images[at]!
  if (Number.isNaN(value)) throw new EbbflowError('not-finite', `image ${k} has a value that is not a number`)
  return Math.min(255, Math.max(0, Math.round(value)))
}

const grey = (value: number): string => `#${value.toString(16).padStart(2, '0').repeat(3)}`
