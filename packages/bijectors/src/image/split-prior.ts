import type { Shape } from '@ebbflow/core'
import { ConvNet } from '../conditioners/conv.js'
import { ImageCoupling, imageCouplingSizes } from '../coupling/image-coupling.js'
import { affine } from '../families/affine.js'

/** Options of {@link splitPrior}. */
export interface SplitPriorOptions {
  /** Height, width and channels of the image that is to be split. */
  shape: Shape
  /** Hidden channels of its network. Default 32. */
  width?: number
  /** C, the size of the context. Default 0: none. */
  context?: number
}

/**
 * The learned prior of a multi-scale split as an ordinary bijector: the channels that leave are made standard normal given those that stay,
 * z = (x₂ − μ(x₁)) / σ(x₁), so that their density is N(x₂; μ(x₁), σ(x₁)²) (Kingma & Dhariwal 2018, arXiv 1807.03039,
 * whose code has it). It is a channel coupling of affine maps, and starts as the identity; put it last in a level of {@link MultiScale}.
 *
 * @example
 * ```ts
 * const level = new Chain([new Squeeze(), splitPrior({ shape: [4, 4, 4] })])
 * ```
 */
export function splitPrior(options: SplitPriorOptions): ImageCoupling {
  const { shape, width = 32, context = 0 } = options
  const coupling = { shape, family: affine(), context }
  return new ImageCoupling({ ...coupling, conditioner: new ConvNet({ ...imageCouplingSizes(coupling), width }) })
}
