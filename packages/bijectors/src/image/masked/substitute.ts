import { type Program, programOf, type Sizes, TILE } from './program.js'
import { type Loaded, loadProgram } from './simd.js'
import type { Sees } from './taps.js'

/**
 * The x with kernel ⋆ x = y for a masked kernel `[size, size, c, c]` and zero padding: by substitution, pixel after pixel and channel
 * after channel, in double precision, eight images together. It takes as many multiplications as the masked convolution itself.
 */
export function substitute(
  kernel: ArrayLike<number>,
  y: ArrayLike<number>,
  sizes: Sizes,
  size: number,
  sees: Sees,
  load: (program: Program) => Loaded = loadFastest,
): Float64Array {
  const [images, h, w, c] = sizes
  const out = new Float64Array(images * h * w * c)
  const program = programOf(kernel, sizes, size, sees)
  const { tile, solve } = load(program)
  const line = w * c
  const image = h * line
  // the images of a place lie together in the tile, which is gone through once
  for (let from = 0; from < images; from += TILE) {
    const count = Math.min(TILE, images - from)
    for (let i = 0; i < h; i++) {
      let inside = program.rows[i]! * TILE
      let outside = from * image + i * line
      for (const end = outside + line; outside < end; outside++, inside += TILE)
        for (let r = 0, at = outside; r < count; r++, at += image) tile[inside + r] = y[at]!
    }
    solve()
    for (let i = 0; i < h; i++) {
      let inside = program.rows[i]! * TILE
      let outside = from * image + i * line
      for (const end = outside + line; outside < end; outside++, inside += TILE)
        for (let r = 0, at = outside; r < count; r++, at += image) out[at] = tile[inside + r]!
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
