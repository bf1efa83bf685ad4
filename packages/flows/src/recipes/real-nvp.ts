import { affine, Chain } from '@ebbflow/bijectors'
import type * as tf from '@tensorflow/tfjs-core'
import { Flow } from '../flow.js'
import { couplings } from './couplings.js'
import { type CouplingRecipeOptions, standardNormal } from './options.js'

/** Options of {@link realNVP}. */
export interface RealNVPOptions extends CouplingRecipeOptions {
  /** Largest |log-scale| of a layer. Default 3. */
  bound?: number
}

/**
 * RealNVP: affine couplings (Dinh et al. 2017, arXiv 1605.08803).
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers.
 * @example
 * ```ts
 * const flow = realNVP({ dimensions: 2, hidden: [64, 64] }).init({ seed: 1 })
 * ```
 */
export function realNVP(options: RealNVPOptions & { context: number }): Flow<tf.Tensor>
export function realNVP(options: RealNVPOptions): Flow
export function realNVP(options: RealNVPOptions): Flow | Flow<tf.Tensor> {
  const { dimensions, bound = 3, context = 0, base = standardNormal(dimensions) } = options
  return new Flow({ base, bijector: new Chain(couplings({ ...options, family: affine({ bound }) })), context })
}
