import type * as tf from '@tensorflow/tfjs-core'
import { peek } from '../vectors.js'

/** The Euclidean norm of all gradients together, √Σ g², summed in double precision; NaN or ∞ when a gradient is not finite. */
export function globalNorm(gradients: readonly tf.Tensor[]): number {
  let sum = 0
  for (const gradient of gradients) {
    const g = peek(gradient)
    for (let i = 0; i < g.length; i++) sum += g[i]! * g[i]!
  }
  return Math.sqrt(sum)
}

/** The factor that brings gradients of norm `norm` to a norm of at most `clipNorm` (Pascanu et al. 2013, algorithm 1). */
export function clipFactor(norm: number, clipNorm: number): number {
  return norm > clipNorm ? clipNorm / norm : 1
}
