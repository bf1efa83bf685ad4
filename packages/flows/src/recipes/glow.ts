import { InvertibleConvolution } from '@ebbflow/bijectors'
import type * as tf from '@tensorflow/tfjs-core'
import type { Flow } from '../flow.js'
import { type ImageRecipeOptions, stepFlow } from './images.js'

/** Options of {@link glow}. */
export interface GlowOptions extends ImageRecipeOptions {
  /** Whether the 1×1 convolutions are held as P L U. Default true. */
  lu?: boolean
}

/**
 * Glow: scales of a squeeze and steps of ActNorm, an invertible 1×1 convolution and an affine coupling of the channels, half of which leave at
 * each scale (Kingma & Dhariwal 2018, arXiv 1807.03039, section 3).
 *
 * Data are images `[...batch, h, w, c]` in [0, 1], or on ℝ with `alpha: 0`. Quantised ones belong in a `Dequantised` around it. `fit`, or
 * `flow.initialise(batch)`, sets the ActNorms.
 *
 * @throws EbbflowError `argument` for an image whose sides cannot be halved once a level, or sizes that are not positive integers.
 * @example
 * ```ts
 * const flow = glow({ image: [4, 4, 1], levels: 2, steps: 2, width: 8 }).init({ seed: 1 })
 * const images = flow.sample(3) // [3, 4, 4, 1]
 * ```
 */
export function glow(options: GlowOptions & { context: number }): Flow<tf.Tensor>
export function glow(options: GlowOptions): Flow
export function glow(options: GlowOptions): Flow | Flow<tf.Tensor> {
  const { lu = true } = options
  return stepFlow(options, (shape, seed) => new InvertibleConvolution({ shape, lu, seed }))
}
