import { type Program, programOf, type Sizes, TILE } from './program.js'
import { type Loaded, loadProgram } from './simd.js'
import type { Sees } from './taps.js'

/**
 * The x with kernel ⋆ x = y for a masked kernel `[size, size, c, c]` and zero padding: by substitution, pixel after pixel and channel
 * after channel, in double precision, eight images together; rounded at the end where y is in single precision. It takes as many multiplications as the masked convolution itself.
 */
export function substitute(
  kernel: ArrayLike<number>,
  y: Float64Array,
  sizes: Sizes,
  size: number,
  sees: Sees,
  load?: (program: Program) => Loaded,
): Float64Array
export function substitute(
  kernel: ArrayLike<number>,
  y: ArrayLike<number>,
  sizes: Sizes,
  size: number,
  sees: Sees,
  load?: (program: Program) => Loaded,
): Float64Array | Float32Array
export function substitute(
  kernel: ArrayLike<number>,
  y: ArrayLike<number>,
  sizes: Sizes,
  size: number,
  sees: Sees,
  load: (program: Program) => Loaded = loadFastest,
): Float64Array | Float32Array {
  const [images, h, w, c] = sizes
  const out = new (y instanceof Float32Array ? Float32Array : Float64Array)(images * h * w * c)
  const program = programOf(kernel, sizes, size, sees)
  const { tile, solve } = load(program)
  const line = w * c
  const image = h * line
  // the images of a place lie together in the tile, which is gone through once; a loop over eight of them costs more than its body
  for (let from = 0; from < images; from += TILE) {
    const count = Math.min(TILE, images - from)
    for (let i = 0; i < h; i++) {
      let inside = program.rows[i]! * TILE
      let outside = from * image + i * line
      for (const end = outside + line; outside < end; outside++, inside += TILE)
        if (count === TILE) {
          tile[inside] = y[outside]!
          tile[inside + 1] = y[outside + image]!
          tile[inside + 2] = y[outside + 2 * image]!
          tile[inside + 3] = y[outside + 3 * image]!
          tile[inside + 4] = y[outside + 4 * image]!
          tile[inside + 5] = y[outside + 5 * image]!
          tile[inside + 6] = y[outside + 6 * image]!
          tile[inside + 7] = y[outside + 7 * image]!
        } else for (let r = 0, at = outside; r < count; r++, at += image) tile[inside + r] = y[at]!
    }
    solve()
    for (let i = 0; i < h; i++) {
      let inside = program.rows[i]! * TILE
      let outside = from * image + i * line
      for (const end = outside + line; outside < end; outside++, inside += TILE)
        if (count === TILE) {
          out[outside] = tile[inside]!
          out[outside + image] = tile[inside + 1]!
          out[outside + 2 * image] = tile[inside + 2]!
          out[outside + 3 * image] = tile[inside + 3]!
          out[outside + 4 * image] = tile[inside + 4]!
          out[outside + 5 * image] = tile[inside + 5]!
          out[outside + 6 * image] = tile[inside + 6]!
          out[outside + 7 * image] = tile[inside + 7]!
        } else for (let r = 0, at = outside; r < count; r++, at += image) out[at] = tile[inside + r]!
    }
  }
  return out
}

const loadFastest = (program: Program): Loaded => loadProgram(program) ?? loadPlain(program)

/** The program's loops in JavaScript, where SIMD cannot be had: the same bits. */
export function loadPlain({ pixels, outputs, lines }: Program): Loaded {
  const tile = new Float64Array(lines * TILE)
  const solve = (): void => {
    for (const pixel of pixels)
      for (const { to, scale, weights, from } of outputs) {
        const at = (pixel + to) * TILE
        for (let k = 0; k < weights.length; k++) {
          const weight = weights[k]!
          const other = (pixel + from[k]!) * TILE
          for (let r = 0; r < TILE; r++) tile[at + r]! -= weight * tile[other + r]!
        }
        for (let r = 0; r < TILE; r++) tile[at + r]! *= scale
      }
  }
  return { tile, solve }
}
