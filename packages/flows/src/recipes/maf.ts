import { affine, Chain, type Family } from '@ebbflow/bijectors'
import type * as tf from '@tensorflow/tfjs-core'
import { Flow } from '../flow.js'
import { type AutoregressiveRecipeOptions, autoregressives } from './autoregressives.js'
import { standardNormal } from './options.js'

/** Options of {@link maf}. */
export interface MAFOptions extends AutoregressiveRecipeOptions {
  /** Largest |log-scale| of a layer. Default 3. */
  bound?: number
  /** Maps of one's own in place of the affine ones, from ℝ onto ℝ. */
  family?: Family
}

/**
 * Masked autoregressive flow (Papamakarios et al. 2017, arXiv 1705.07057): layers applied to data, y_d = f(x_d; θ_d(x before d)), so that
 * a density takes one pass, and a sample goes through the values one after another, at the arithmetic of one pass.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers.
 * @example
 * ```ts
 * const flow = maf({ dimensions: 3, layers: 5, hidden: [64, 64] }).init({ seed: 1 })
 * const mixtures = maf({ dimensions: 2, family: onLine(logisticMixture()) }).init({ seed: 1 })
 * ```
 */
export function maf(options: MAFOptions & { context: number }): Flow<tf.Tensor>
export function maf(options: MAFOptions): Flow
export function maf(options: MAFOptions): Flow | Flow<tf.Tensor> {
  const { dimensions, bound = 3, context = 0, base = standardNormal(dimensions) } = options
  const { family = affine({ bound }) } = options
  return new Flow({ base, bijector: Chain.fromData(autoregressives({ ...options, family })), context })
}
