import { constant, type KernelDefinition, runKernels, stopGradient } from '@ebbflow/core'
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
