import type { Sees } from './taps.js'

/** Rows, height, width and channels. */
export type Sizes = readonly [rows: number, height: number, width: number, channels: number]

/** Images that are solved side by side, so that a weight is read once for all of them. */
const TILE = 4

/** A kernel as the substitution reads it. */
interface Prepared {
  /** Offsets, in pixels of the padded image, of the taps beside the centre. */
  offsets: Int32Array
  /** Their weights by output channel, tap and input channel. */
  beside: Float64Array
  /** The centre's weights by output and input channel. */
  centre: Float64Array
  /** The reciprocals of the centre's diagonal. */
  scale: Float64Array
}

function prepare(kernel: ArrayLike<number>, size: number, width: number, c: number, sees: Sees): Prepared {
  const half = (size - 1) / 2
  const middle = half * size + half
  const taps = Array.from({ length: size * size }, (_, k) => k).filter((k) =>
    sees === 'before' ? k < middle : k > middle,
  )
  const weight = (k: number, i: number, o: number): number => kernel[(k * c + i) * c + o]!
  const offsets = Int32Array.from(taps, (k) => (Math.floor(k / size) - half) * width + (k % size) - half)
  const beside = new Float64Array(c * taps.length * c)
  let at = 0
  for (let o = 0; o < c; o++) for (const k of taps) for (let i = 0; i < c; i++) beside[at++] = weight(k, i, o)
  const centre = Float64Array.from({ length: c * c }, (_, k) => weight(middle, k % c, Math.floor(k / c)))
  const scale = Float64Array.from({ length: c }, (_, o) => 1 / centre[o * c + o]!)
  return { offsets, beside, centre, scale }
}

/**
 * The x with kernel ⋆ x = y for a masked kernel `[size, size, c, c]` and zero padding: by substitution, pixel after pixel and channel
 * after channel, in double precision, a tile of images together. Entries of the kernel that the mask hides are not read. It takes as
 * many multiplications as the masked convolution itself.
 */
export function substitute(
  kernel: ArrayLike<number>,
  y: ArrayLike<number>,
  [rows, h, w, c]: Sizes,
  size: number,
  sees: Sees,
): Float64Array {
  const half = (size - 1) / 2
  const width = w + 2 * half
  const prepared = prepare(kernel, size, width, c, sees)
  const out = new Float64Array(rows * h * w * c)
  // [padded pixel][channel][image]; the padding stays zero, so that no tap asks whether it is inside
  const tile = new Float64Array((h + 2 * half) * width * c * TILE)
  const line = w * c
  /** Visits each line of an image of the tile: where it starts in the tile, and where in y and out. */
  const lines = (from: number, visit: (inTile: number, outside: number) => void): void => {
    for (let r = 0; r < TILE && from + r < rows; r++)
      for (let i = 0; i < h; i++) visit(((i + half) * width + half) * c * TILE + r, ((from + r) * h + i) * line)
  }
  for (let from = 0; from < rows; from += TILE) {
    lines(from, (inTile, outside) => {
      for (let k = 0; k < line; k++) tile[inTile + k * TILE] = y[outside + k]!
    })
    for (let step = 0; step < h * w; step++) {
      const pixel = sees === 'before' ? step : h * w - 1 - step
      solvePixel(tile, prepared, (Math.floor(pixel / w) + half) * width + (pixel % w) + half, c, sees)
    }
    lines(from, (inTile, outside) => {
      for (let k = 0; k < line; k++) out[outside + k] = tile[inTile + k * TILE]!
    })
  }
  return out
}

/** Replaces a pixel's right side by its solution; the pixels that it depends on hold theirs. */
function solvePixel(tile: Float64Array, prepared: Prepared, pixel: number, c: number, sees: Sees): void {
  const { offsets, beside, centre, scale } = prepared
  const stride = c * TILE
  const here = pixel * stride
  for (let s = 0; s < c; s++) {
    const o = sees === 'before' ? s : c - 1 - s
    const to = here + o * TILE
    // four locals for the tile's four images: the engine keeps them in registers
    let a = tile[to]!
    let b = tile[to + 1]!
    let d = tile[to + 2]!
    let e = tile[to + 3]!
    let k = o * offsets.length * c
    for (let t = 0; t < offsets.length; t++) {
      let x = here + offsets[t]! * stride
      for (let i = 0; i < c; i++, k++, x += TILE) {
        const weight = beside[k]!
        a -= weight * tile[x]!
        b -= weight * tile[x + 1]!
        d -= weight * tile[x + 2]!
        e -= weight * tile[x + 3]!
      }
    }
    const last = sees === 'before' ? o : c
    for (let i = sees === 'before' ? 0 : o + 1; i < last; i++) {
      const weight = centre[o * c + i]!
      const x = here + i * TILE
      a -= weight * tile[x]!
      b -= weight * tile[x + 1]!
      d -= weight * tile[x + 2]!
      e -= weight * tile[x + 3]!
    }
    tile[to] = a * scale[o]!
    tile[to + 1] = b * scale[o]!
    tile[to + 2] = d * scale[o]!
    tile[to + 3] = e * scale[o]!
  }
}
