import { Affine, Chain, shift } from '@ebbflow/bijectors'
import type * as tf from '@tensorflow/tfjs-core'
import { Flow } from '../flow.js'
import { couplings } from './couplings.js'
import { type CouplingRecipeOptions, standardNormal } from './options.js'

/** Options of {@link nice}. */
export type NiceOptions = CouplingRecipeOptions

/**
 * NICE: additive couplings, of log-determinant 0, and a diagonal scaling, which alone changes volume (Dinh et al. 2014, arXiv 1410.8516).
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers.
 * @example
 * ```ts
 * const flow = nice({ dimensions: 2, layers: 4 }).init({ seed: 1 })
 * ```
 */
export function nice(options: NiceOptions & { context: number }): Flow<tf.Tensor>
export function nice(options: NiceOptions): Flow
export function nice(options: NiceOptions): Flow | Flow<tf.Tensor> {
  const { dimensions, context = 0, base = standardNormal(dimensions) } = options
  const scaling = new Affine({ shape: [dimensions], learnable: true })
  return new Flow({ base, bijector: new Chain([scaling, ...couplings({ ...options, family: shift() })]), context })
}
