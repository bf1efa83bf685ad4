import type { Slot } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { handOver, newVector, peek } from '../vectors.js'
import { clipFactor, globalNorm } from './clip.js'
import type { Optimiser } from './optimiser.js'

/** How an update is made. */
export interface ApplyOptions {
  learningRate: number
  /** Largest global norm of the gradients; larger ones are scaled down to it. Default Infinity. */
  clipNorm?: number
}

/**
 * Updates the parameters from their gradients, in the same order, and returns the gradients' global norm before clipping.
 * When that is not finite, nothing is changed.
 *
 * The arithmetic runs in plain typed arrays, because ten small kernels a parameter cost more than its numbers do.
 */
export function applyGradients(
  optimiser: Optimiser,
  parameters: ReadonlyMap<string, Slot>,
  gradients: readonly tf.Tensor[],
  { learningRate, clipNorm = Number.POSITIVE_INFINITY }: ApplyOptions,
): number {
  const norm = globalNorm(gradients)
  if (!Number.isFinite(norm)) return norm
  const scale = clipFactor(norm, clipNorm)
  optimiser.begin(learningRate)
  let i = 0
  for (const [path, slot] of parameters) {
    const gradient = gradients[i++]!
    const out = newVector(gradient.size)
    optimiser.apply(path, peek(slot.value), peek(gradient), scale, out)
    const value = handOver(out, slot.shape)
    slot.assign(value)
    value.dispose()
  }
  return norm
}
