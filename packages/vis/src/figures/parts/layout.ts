import type { Extent } from '../../data/extent.js'
import type { Panel } from '../../scene/scene.js'

/** Panels of one size beside and below each other. */
export interface Multiples {
  readonly count: number
  /** Columns of panels; at most `count`. */
  readonly columns: number
  /** From where to where they reach, without the room for what stands around them. */
  readonly left: number
  readonly right: number
  readonly top: number
  /** Height by width of one panel. */
  readonly aspect: number
  /** Room between panels. */
  readonly gapX: number
  readonly gapY: number
}

/** The places of the panels, row by row, and where the last row ends. */
export function multiples({ count, columns, left, right, top, aspect, gapX, gapY }: Multiples): {
  boxes: Omit<Panel, 'domain'>[]
  bottom: number
} {
  const across = Math.min(columns, count)
  const width = (right - left - (across - 1) * gapX) / across
  const height = width * aspect
  const boxes = Array.from({ length: count }, (_, i) => ({
    x: left + (i % across) * (width + gapX),
    y: top + Math.floor(i / across) * (height + gapY),
    width,
    height,
  }))
  return { boxes, bottom: top + Math.ceil(count / across) * (height + gapY) - gapY }
}

/** Height by width of a rectangle, within what pictures bear. */
export const aspectOf = ({ x, y }: Extent): number => Math.min(1.6, Math.max(0.4, (y[1] - y[0]) / (x[1] - x[0])))
