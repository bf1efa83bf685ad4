import type { Sees } from './taps.js'

/** Images that are solved side by side, so that a weight is read once for all of them. */
export const TILE = 8

/** Rows, height, width and channels. */
export type Sizes = readonly [rows: number, height: number, width: number, channels: number]

/**
 * A substitution as loops read it: for each pixel in turn and each output, x[to] = (x[to] − Σ weight · x[from]) · scale. Places count lines of
 * a tile, `[padded pixel][channel]`, each a value of all its images; `to` and `from` are relative to the pixel.
 */
export interface Program {
  /** Lines at which the pixels start, in the order in which they are solved. */
  readonly pixels: Int32Array
  readonly outputs: readonly {
    readonly to: number
    readonly scale: number
    readonly weights: Float64Array
    readonly from: Int32Array
  }[]
  /** Lines of a tile. The frame of zeros around the image saves asking whether a tap is inside. */
  readonly lines: number
  /** Lines of the first value of each line of pixels. */
  readonly rows: Int32Array
}

/** The program that solves kernel ⋆ x = y for a masked kernel `[size, size, c, c]`; entries that its mask hides are not read. */
export function programOf(kernel: ArrayLike<number>, [, h, w, c]: Sizes, size: number, sees: Sees): Program {
  const half = (size - 1) / 2
  const width = w + 2 * half
  const middle = half * size + half
  const before = sees === 'before'
  const taps = Array.from({ length: size * size }, (_, k) => k).filter((k) => (before ? k < middle : k > middle))
  const weight = (k: number, i: number, o: number): number => kernel[(k * c + i) * c + o]!
  const channels = Array.from({ length: c }, (_, o) => (before ? o : c - 1 - o))
  const shift = (k: number): number => (Math.floor(k / size) - half) * width + (k % size) - half
  const outputs = channels.map((o, done) => {
    const weights = new Float64Array(taps.length * c + done)
    const from = new Int32Array(weights.length)
    let at = 0
    const see = (k: number, i: number): void => {
      weights[at] = weight(k, i, o)
      from[at++] = shift(k) * c + i
    }
    for (const k of taps) for (let i = 0; i < c; i++) see(k, i)
    for (let i = 0; i < done; i++) see(middle, channels[i]!)
    return { to: o, scale: 1 / weight(middle, o, o), weights, from }
  })
  const line = (i: number, j: number): number => ((i + half) * width + j + half) * c
  const pixels = Int32Array.from({ length: h * w }, (_, k) => line(Math.floor(k / w), k % w))
  const rows = Int32Array.from({ length: h }, (_, i) => line(i, 0))
  return { pixels: before ? pixels : pixels.reverse(), outputs, lines: (h + 2 * half) * width * c, rows }
}
