import type { Sizes } from './program.js'
import { substitute } from './substitute.js'
import type { Sees } from './taps.js'

/** A masked kernel in plain numbers, zero where its mask hides it. */
export interface MaskedKernel {
  readonly values: ArrayLike<number>
  readonly size: number
  readonly sees: Sees
}

/** kernel ⋆ x of one image in double precision. */
function convolve({ values, size }: MaskedKernel, x: Float64Array, [, h, w, c]: Sizes): Float64Array {
  const half = (size - 1) / 2
  const out = new Float64Array(x.length)
  for (let row = 0; row < h; row++)
    for (let column = 0; column < w; column++)
      for (let u = Math.max(0, half - row); u < Math.min(size, h + half - row); u++)
        for (let v = Math.max(0, half - column); v < Math.min(size, w + half - column); v++)
          for (let i = 0; i < c; i++) {
            const value = x[((row + u - half) * w + column + v - half) * c + i]!
            const at = ((u * size + v) * c + i) * c
            for (let o = 0; o < c; o++) out[(row * w + column) * c + o]! += values[at + o]! * value
          }
  return out
}

/** The kernel whose convolution is the transpose: turned by 180°, its channels exchanged. */
function transposed({ values, size, sees }: MaskedKernel, c: number): MaskedKernel {
  const turned = Float64Array.from({ length: values.length }, (_, k) => {
    const [o, i] = [k % c, Math.floor(k / c) % c]
    const tap = size * size - 1 - Math.floor(k / (c * c))
    return values[(tap * c + o) * c + i]!
  })
  return { values: turned, size, sees: sees === 'before' ? 'after' : 'before' }
}

/**
 * κ = σ₁ / σₙ of convolutions one after another on one image, by power iteration on AᵀA and on (AᵀA)⁻¹ in double precision: from below,
 * and within a few per cent after the given number of iterations.
 */
export function conditionOf(kernels: readonly MaskedKernel[], shape: readonly number[], iterations: number): number {
  const [h, w, c] = shape as [number, number, number]
  const sizes: Sizes = [1, h, w, c]
  const back = kernels.map((kernel) => transposed(kernel, c)).reverse()
  const solve = ({ values, size, sees }: MaskedKernel, y: Float64Array): Float64Array =>
    substitute(values, y, sizes, size, sees)
  const largest = growth(h * w * c, iterations, (x) => [...kernels, ...back].reduce((v, k) => convolve(k, v, sizes), x))
  // (AᵀA)⁻¹ = A⁻¹A⁻ᵀ
  const smallest = growth(h * w * c, iterations, (x) =>
    [...kernels, ...back].reverse().reduce((v, k) => solve(k, v), x),
  )
  return Math.sqrt(largest * smallest)
}

/** The largest eigenvalue of a positive map, by power iteration from a fixed start. */
function growth(n: number, iterations: number, apply: (x: Float64Array) => Float64Array): number {
  let x = Float64Array.from({ length: n }, (_, i) => Math.sin(1 + 1.7 * i) + 0.1 * Math.cos(0.3 * i * i))
  let found = 0
  for (let k = 0; k <= iterations; k++) {
    const y = apply(x)
    found = norm(y)
    x = y.map((value) => value / found)
  }
  return found
}

function norm(x: Float64Array): number {
  let squares = 0
  for (const value of x) squares += value * value
  return Math.sqrt(squares)
}
