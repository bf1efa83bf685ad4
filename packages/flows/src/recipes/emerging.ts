import { Emerging } from '@ebbflow/bijectors'
import type * as tf from '@tensorflow/tfjs-core'
import type { Flow } from '../flow.js'
import { type ImageRecipeOptions, stepFlow } from './images.js'

/** Options of {@link emerging}. */
export interface EmergingFlowOptions extends ImageRecipeOptions {
  /** Side of the emerging convolutions' kernels, odd. Default 3. */
  kernel?: number
}

/**
 * Glow with emerging convolutions in the place of its 1×1 convolutions (Hoogeboom et al. 2019, arXiv 1901.11137). Densities cost
 * convolutions only; sampling solves each by substitution.
 *
 * @throws EbbflowError `argument` for an image whose sides cannot be halved once a level, or sizes that are not positive integers.
 * @example
 * ```ts
 * const flow = emerging({ image: [4, 4, 1], levels: 1, steps: 2, width: 8 }).init({ seed: 1 })
 * const images = flow.sample(3) // [3, 4, 4, 1]
 * ```
 */
export function emerging(options: EmergingFlowOptions & { context: number }): Flow<tf.Tensor>
export function emerging(options: EmergingFlowOptions): Flow
export function emerging(options: EmergingFlowOptions): Flow | Flow<tf.Tensor> {
  const { kernel = 3 } = options
  return stepFlow(options, (shape) => new Emerging({ shape, kernel }))
}
