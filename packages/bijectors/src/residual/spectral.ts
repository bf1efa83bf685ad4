import { constant, type KernelDefinition, runKernels, singularValues, stopGradient } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** When a power iteration stops. */
export interface PowerIterationOptions {
  /** Most steps. */
  maxSteps: number
  /** Relative growth of σ below which it stops. */
  tolerance: number
}

/** v ← W u / |W u|, u ← Wᵀ v / |Wᵀ v| from the u given, which rises to the largest singular value's vectors (Miyato et al. 2018). */
const POWER_ITERATION: KernelDefinition<PowerIterationOptions> = {
  name: 'EbbflowPowerIteration',
  compute([w, start], { maxSteps, tolerance }) {
    const [rows, columns] = w!.shape as [number, number]
    const a = Float64Array.from(w!.values)
    const u = Float64Array.from(start!.values)
    const v = new Float64Array(rows)
    let before = 0
    for (let step = 0; step < maxSteps; step++) {
      for (let i = 0; i < rows; i++) {
        let sum = 0
        for (let j = 0; j < columns; j++) sum += a[i * columns + j]! * u[j]!
        v[i] = sum
      }
      if (!normalise(v)) break
      u.fill(0)
      for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) u[j]! += a[i * columns + j]! * v[i]!
      const sigma = normalise(u)
      if (Math.abs(sigma - before) <= tolerance * sigma) break
      before = sigma
    }
    return [
      { values: v, shape: [rows] },
      { values: u, shape: [columns] },
    ]
  },
}

/** Divides by the length and returns it; 0 leaves the vector as it is. */
function normalise(x: Float64Array): number {
  let sum = 0
  for (const value of x) sum += value * value
  const length = Math.sqrt(sum)
  if (length > 0) for (let i = 0; i < x.length; i++) x[i]! /= length
  return length
}

/** A kernel `[rows, columns]` scaled to a spectral norm of at most `bound`, as estimated, and the vector of the next estimate. */
export function spectrallyNormalised(
  kernel: tf.Tensor,
  start: tf.Tensor,
  bound: number,
  options: PowerIterationOptions,
): { kernel: tf.Tensor; vector: tf.Tensor } {
  const [v, u] = runKernels(POWER_ITERATION, [stopGradient(kernel), stopGradient(start)], options)
  const row = tf.matMul(tf.reshape(v!, [1, -1]), kernel as tf.Tensor2D)
  const sigma = tf.sum(tf.mul(row, u!))
  const shrink = tf.maximum(tf.mul(sigma, constant(1 / bound)), 1)
  return { kernel: tf.div(kernel, shrink), vector: u! }
}

/**
 * A convolution's kernel `[k, k, inputs, outputs]`, zero-padded, scaled to a spectral norm of at most `bound` on images like `start`, as estimated
 * by so many steps of power iteration from it, and the image of the next estimate.
 */
export function convolutionNormalised(
  kernel: tf.Tensor4D,
  start: tf.Tensor4D,
  bound: number,
  steps: number,
): { kernel: tf.Tensor; vector: tf.Tensor } {
  const [, h, w] = start.shape
  const fixed = stopGradient(kernel) as tf.Tensor4D
  const back = (u: tf.Tensor): tf.Tensor4D =>
    unit(tf.conv2dTranspose(u as tf.Tensor4D, fixed, [1, h, w, kernel.shape[2]], 1, 'same'))
  let u = stopGradient(start) as tf.Tensor4D
  let v = back(u)
  for (let step = 0; step < steps; step++) {
    u = unit(tf.conv2d(v, fixed, 1, 'same'))
    v = back(u)
  }
  u = stopGradient(u) as tf.Tensor4D
  const sigma = tf.sum(tf.mul(tf.conv2d(stopGradient(v) as tf.Tensor4D, kernel, 1, 'same'), u))
  const shrink = tf.maximum(tf.mul(sigma, constant(1 / bound)), 1)
  return { kernel: tf.div(kernel, shrink), vector: u }
}

/** x by its length, or nothing but zeros. */
const unit = (x: tf.Tensor): tf.Tensor4D =>
  tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x)), constant(1e-30)))) as tf.Tensor4D

/** Up to how many values an image may have, on the smaller side, for a matrix of its convolution to be decomposed. */
const DENSE = 128

/**
 * The spectral norm of a zero-padded convolution on h×w images, in double: of images of up to 128 values, or by a kernel of 1×1, the largest singular
 * value itself; of others the upper bound of {@link circularNorm}.
 */
export function convolutionNorm(kernel: ArrayLike<number>, shape: readonly number[], h: number, w: number): number {
  const [size, , inputs, outputs] = shape as [number, number, number, number]
  if (size === 1) return singularValues(kernel, inputs, outputs)[0]!
  if (h * w * Math.min(inputs, outputs) > DENSE) return circularNorm(kernel, shape, h, w)
  const columns = h * w * outputs
  const matrix = new Float64Array(h * w * inputs * columns)
  const half = (size - 1) / 2
  // what pixel (i, j) gives to pixel (i − a + half, j − b + half)
  for (let i = 0; i < h; i++)
    for (let j = 0; j < w; j++)
      for (let a = 0; a < size; a++)
        for (let b = 0; b < size; b++) {
          const [y, x] = [i - a + half, j - b + half]
          if (y < 0 || y >= h || x < 0 || x >= w) continue
          for (let c = 0; c < inputs; c++)
            for (let d = 0; d < outputs; d++)
              matrix[((i * w + j) * inputs + c) * columns + (y * w + x) * outputs + d] =
                kernel[((a * size + b) * inputs + c) * outputs + d]!
        }
  return singularValues(matrix, h * w * inputs, columns)[0]!
}

/**
 * An upper bound of the spectral norm of a zero-padded convolution on h×w images: it is a part of the circular one on images larger by
 * k − 1, whose norm is the largest singular value of the kernel's Fourier transform over its frequencies (Sedghi et al. 2019, arXiv
 * 1805.10408).
 */
export function circularNorm(kernel: ArrayLike<number>, shape: readonly number[], h: number, w: number): number {
  const [size, , inputs, outputs] = shape as [number, number, number, number]
  const [rows, columns] = [h + size - 1, w + size - 1]
  let largest = 0
  // the transform at a frequency and at its opposite are conjugate
  for (let a = 0; a <= rows / 2; a++)
    for (let b = 0; b < columns; b++) {
      const n = 2 * outputs
      const matrix = new Float64Array(2 * inputs * n)
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) {
          const angle = 2 * Math.PI * ((a * i) / rows + (b * j) / columns)
          const [re, im] = [Math.cos(angle), Math.sin(angle)]
          for (let c = 0; c < inputs; c++)
            for (let d = 0; d < outputs; d++) {
              const value = kernel[((i * size + j) * inputs + c) * outputs + d]!
              // a complex number as [[re, −im], [im, re]]
              matrix[c * n + d]! += value * re
              matrix[c * n + outputs + d]! -= value * im
              matrix[(inputs + c) * n + d]! += value * im
              matrix[(inputs + c) * n + outputs + d]! += value * re
            }
        }
      largest = Math.max(largest, singularValues(matrix, 2 * inputs, n)[0]!)
    }
  return largest
}
