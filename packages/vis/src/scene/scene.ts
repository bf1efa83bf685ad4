import type { Extent } from '../data/extent.js'

/** How a mark is painted; colours are CSS colours, lengths CSS pixels. */
export interface Paint {
  readonly fill?: string | undefined
  readonly stroke?: string | undefined
  /** Width of the stroke. Default 1. */
  readonly strokeWidth?: number | undefined
  readonly dash?: readonly number[] | undefined
  readonly opacity?: number | undefined
}

/** Marks moved to (x, y), and cut off outside of `clip` from there. */
export interface GroupMark {
  readonly kind: 'group'
  readonly x: number
  readonly y: number
  readonly clip?: { readonly width: number; readonly height: number }
  readonly marks: readonly Mark[]
}

export interface RectMark extends Paint {
  readonly kind: 'rect'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Polylines x₀, y₀, x₁, y₁, … as one path, filled by the even-odd rule. */
export interface PathMark extends Paint {
  readonly kind: 'path'
  readonly lines: readonly ArrayLike<number>[]
  readonly closed?: boolean
  /** Whether edges are drawn without antialiasing, as pixels of images need. */
  readonly crisp?: boolean
}

/** Discs of one radius around points x₀, y₀, x₁, y₁, …, each painted by itself. */
export interface PointsMark extends Paint {
  readonly kind: 'points'
  readonly points: ArrayLike<number>
  readonly radius: number
}

export interface TextMark {
  readonly kind: 'text'
  readonly x: number
  /** Where the text stands: its baseline. */
  readonly y: number
  readonly text: string
  readonly size: number
  readonly fill: string
  readonly weight?: 400 | 600
  readonly anchor?: 'start' | 'middle' | 'end'
  /** Degrees, clockwise about (x, y). */
  readonly rotate?: number
  /** A colour around the letters that keeps them readable over lines. */
  readonly halo?: string
}

/** Values in 0 … 1 on a grid, the upper row first, coloured by a palette and interpolated between their centres. */
export interface FieldMark {
  readonly kind: 'field'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly columns: number
  readonly rows: number
  readonly values: Float32Array
  readonly palette: Palette
}

/** 256 colours as red, green and blue, from the lowest value to the highest. */
export type Palette = Uint8Array

export type Mark = GroupMark | RectMark | PathMark | PointsMark | TextMark | FieldMark

/** The place of a pair of axes in a picture: what a pointer over it means is told by {@link toData}. */
export interface Panel {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** The values at its edges. */
  readonly domain: Extent
}

/** A picture as plain data, in CSS pixels: `/svg` writes it, `/canvas` draws it. */
export interface Scene {
  readonly width: number
  readonly height: number
  readonly background: string
  readonly font: string
  /** What it is, for those who do not see it. */
  readonly title: string
  readonly description: string
  readonly marks: readonly Mark[]
  readonly panels: readonly Panel[]
}

/** Points of the data `[n, 2]` in pixels from the panel's upper left corner. */
export function toPixels({ width, height, domain: { x, y } }: Panel, points: ArrayLike<number>): Float64Array {
  const out = new Float64Array(points.length)
  for (let i = 0; i + 1 < points.length; i += 2) {
    out[i] = held(((points[i]! - x[0]) / (x[1] - x[0])) * width)
    out[i + 1] = held((1 - (points[i + 1]! - y[0]) / (y[1] - y[0])) * height)
  }
  return out
}

/** Far outside is far enough: renderers fail at lengths of millions of pixels. What is not finite stays so. */
const held = (v: number): number => (Number.isFinite(v) ? Math.min(1e5, Math.max(-1e5, v)) : v)

/**
 * The place in the data of a place in a picture, in CSS pixels from its upper left corner; undefined outside of the panel.
 *
 * @example
 * ```ts
 * const scene = lossFigure([{ label: 'training', x: [0, 100], y: [3, 1] }])
 * toData(scene.panels[0], 200, 120) // [x, y] under the pointer
 * ```
 */
export function toData(panel: Panel, px: number, py: number): [x: number, y: number] | undefined {
  const [u, v] = [(px - panel.x) / panel.width, 1 - (py - panel.y) / panel.height]
  if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) return undefined
  const { x, y } = panel.domain
  return [x[0] + u * (x[1] - x[0]), y[0] + v * (y[1] - y[0])]
}
