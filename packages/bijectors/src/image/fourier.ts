import { tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** Real and imaginary parts. */
export interface Complex {
  re: tf.Tensor
  im: tf.Tensor
}

/** The frequencies of a real image that are not conjugates of others: all along its height, ⌊w / 2⌋ + 1 along its width. */
export const halfWidth = (width: number): number => Math.floor(width / 2) + 1

/** How many frequencies of the whole spectrum each column of the half stands for: itself, and its conjugate where that is another. */
export const multiplicity = (width: number): number[] =>
  Array.from({ length: halfWidth(width) }, (_, f) => (f === 0 || 2 * f === width ? 1 : 2))

/** cos and sin of 2π f i / n for frequency f (rows) and place i (columns). */
function waves(n: number, frequencies: number, places: number, shift = 0): { cos: Float64Array; sin: Float64Array } {
  const cos = new Float64Array(frequencies * places)
  const sin = new Float64Array(frequencies * places)
  for (let f = 0; f < frequencies; f++)
    for (let i = 0; i < places; i++) {
      // reduced first: cosines of large angles lose digits
      const angle = (2 * Math.PI * ((((f * (i - shift)) % n) + n) % n)) / n
      cos[f * places + i] = Math.cos(angle)
      sin[f * places + i] = Math.sin(angle)
    }
  return { cos, sin }
}

const matrix = (values: Float64Array, rows: number): tf.Tensor2D =>
  tensor(values, [rows, values.length / Math.max(1, rows)]) as tf.Tensor2D

/** a ⋅ x along the first axis of x, whose other axes stay. */
function along(a: tf.Tensor2D, x: tf.Tensor): tf.Tensor {
  const rest = x.shape.slice(1)
  const product = tf.matMul(a, tf.reshape(x, [x.shape[0]!, rest.reduce((p, n) => p * n, 1)]) as tf.Tensor2D)
  return tf.reshape(product, [a.shape[0], ...rest])
}

const swapped = (x: tf.Tensor): tf.Tensor => tf.transpose(x, [1, 0, ...x.shape.slice(2).map((_, i) => i + 2)])

/** The discrete Fourier transform of real images `[h, w, n]` as `[h, ⌊w / 2⌋ + 1, n]`, by products with matrices of cosines and sines. */
export function transform(x: tf.Tensor): Complex {
  const [h, w] = x.shape as [number, number, number]
  const half = halfWidth(w)
  const acrossW = waves(w, half, w)
  const byWidth = swapped(x)
  const re = swapped(along(matrix(acrossW.cos, half), byWidth))
  const im = tf.neg(swapped(along(matrix(acrossW.sin, half), byWidth)))
  const acrossH = waves(h, h, h)
  const [cos, sin] = [matrix(acrossH.cos, h), matrix(acrossH.sin, h)]
  // (cos − i sin)(re + i im)
  return {
    re: tf.add(along(cos, re), along(sin, im)),
    im: tf.sub(along(cos, im), along(sin, re)),
  }
}

/** The real images `[h, w, n]` of a half spectrum `[h, ⌊w / 2⌋ + 1, n]`. */
export function inverseTransform({ re, im }: Complex, w: number): tf.Tensor {
  const h = re.shape[0]!
  const half = halfWidth(w)
  const acrossH = waves(h, h, h)
  const [cos, sin] = [matrix(acrossH.cos, h), matrix(acrossH.sin, h)]
  const real = swapped(tf.sub(along(cos, re), along(sin, im)))
  const imaginary = swapped(tf.add(along(cos, im), along(sin, re)))
  const counts = multiplicity(w)
  const acrossW = waves(w, half, w)
  const weighted = (values: Float64Array): tf.Tensor2D => {
    const turned = new Float64Array(values.length)
    for (let f = 0; f < half; f++)
      for (let j = 0; j < w; j++) turned[j * half + f] = (values[f * w + j]! * counts[f]!) / (h * w)
    return matrix(turned, w)
  }
  return swapped(tf.sub(along(weighted(acrossW.cos), real), along(weighted(acrossW.sin), imaginary)))
}

/**
 * What a periodic convolution with a centred kernel `[size, size, i, o]` multiplies each frequency of the half spectrum by, as real matrices
 * `[frequencies, 2o, 2i]`, [[Re, −Im], [Im, Re]], for real and imaginary parts one below the other.
 */
export function frequencyResponse(kernel: tf.Tensor, h: number, w: number): tf.Tensor {
  const [size, , inputs, outputs] = kernel.shape as [number, number, number, number]
  const shift = (size - 1) / 2
  const half = halfWidth(w)
  const rows = waves(h, h, size, shift)
  const columns = waves(w, half, size, shift)
  const cos = new Float64Array(h * half * size * size)
  const sin = new Float64Array(h * half * size * size)
  let at = 0
  for (let f = 0; f < h; f++)
    for (let g = 0; g < half; g++)
      for (let u = 0; u < size; u++)
        for (let v = 0; v < size; v++, at++) {
          const [a, b] = [f * size + u, g * size + v]
          cos[at] = rows.cos[a]! * columns.cos[b]! - rows.sin[a]! * columns.sin[b]!
          sin[at] = rows.sin[a]! * columns.cos[b]! + rows.cos[a]! * columns.sin[b]!
        }
  const taps = tf.transpose(tf.reshape(kernel, [size * size, inputs, outputs]), [0, 2, 1])
  const re = along(matrix(cos, h * half), taps)
  const im = along(matrix(sin, h * half), taps)
  return tf.concat([tf.concat([re, tf.neg(im)], 2), tf.concat([im, re], 2)], 1)
}
