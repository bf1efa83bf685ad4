import { ActNorm, affine, BatchNorm, Chain, Squeeze } from '@ebbflow/bijectors'
import type { Bijector, Shape } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { Flow } from '../flow.js'
import { couplings } from './couplings.js'
import { couplingMaker, type ImageRecipeOptions, imageFlow, imageSettings, squeezed } from './images.js'
import { type CouplingRecipeOptions, standardNormal } from './options.js'

/** Options of {@link realNVP} for vectors. */
export interface RealNVPOptions extends CouplingRecipeOptions {
  /** Largest |log-scale| of a layer. Default 3. */
  bound?: number
}

/** Options of {@link realNVP} for images. */
export interface RealNVPImageOptions extends Omit<ImageRecipeOptions, 'family'> {
  /** Largest |log-scale| of a layer. Default 3. */
  bound?: number
  /** Couplings of each kind a scale. Default 3. */
  steps?: number
  /** What comes before each coupling: ActNorm, or the paper's batch normalisation. Default `act`. */
  norm?: 'act' | 'batch'
}

/**
 * RealNVP: affine couplings (Dinh et al. 2017, arXiv 1605.08803), for vectors (`dimensions`) or for images (`image`).
 *
 * For images each scale has couplings on alternating checkerboards, a squeeze, and couplings of alternating halves of the channels, half
 * of which then leave; the last scale has one checkerboard more and nothing else (section 3.6). Networks are residual. Images lie in [0, 1],
 * or on ℝ with `alpha: 0`.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers, or an image whose sides do not allow the levels.
 * @example
 * ```ts
 * const flow = realNVP({ dimensions: 2, hidden: [64, 64] }).init({ seed: 1 })
 * const images = realNVP({ image: [4, 4, 1], levels: 2, steps: 2, width: 8 }).init({ seed: 1 })
 * ```
 */
export function realNVP(options: (RealNVPOptions | RealNVPImageOptions) & { context: number }): Flow<tf.Tensor>
export function realNVP(options: RealNVPOptions | RealNVPImageOptions): Flow
export function realNVP(options: RealNVPOptions | RealNVPImageOptions): Flow | Flow<tf.Tensor> {
  const { bound = 3, context = 0 } = options
  const family = affine({ bound })
  if ('image' in options) return ofImages({ steps: 3, ...options, family }, options.norm ?? 'act')
  const { dimensions, base = standardNormal(dimensions) } = options
  return new Flow({ base, bijector: new Chain(couplings({ ...options, family })), context })
}

function ofImages(options: ImageRecipeOptions, norm: 'act' | 'batch'): Flow {
  const { steps } = imageSettings(options, false)
  const coupling = couplingMaker(options, 1)
  const normed = (shape: Shape): Bijector => (norm === 'act' ? new ActNorm({ shape }) : new BatchNorm({ shape }))
  const alternating = (shape: Shape, mask: 'checkerboard' | 'channel', count: number): Bijector[] =>
    Array.from({ length: count }, (_, i) => [normed(shape), coupling(shape, mask, i % 2 === 1)]).flat()
  return imageFlow(options, false, (shape, last) => {
    if (last) return { layers: alternating(shape, 'checkerboard', steps + 1), out: shape }
    const out = squeezed(shape)
    const layers = [...alternating(shape, 'checkerboard', steps), new Squeeze(), ...alternating(out, 'channel', steps)]
    return { layers, out }
  })
}
