import { affine, Chain } from '@ebbflow/bijectors'
import type * as tf from '@tensorflow/tfjs-core'
import { Flow } from '../flow.js'
import { autoregressives } from './autoregressives.js'
import type { MAFOptions } from './maf.js'
import { standardNormal } from './options.js'

/** Options of {@link iaf}. */
export type IAFOptions = MAFOptions

/**
 * Inverse autoregressive flow (Kingma et al. 2016, arXiv 1606.04934): the layers of `maf` applied to noise, so that a sample and its
 * density take one pass, as variational inference wants; the density of given data goes through the values one after another.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers.
 * @example
 * ```ts
 * const posterior = iaf({ dimensions: 2, context: 4, layers: 3 }).init({ seed: 1 })
 * const { value, logProb } = posterior.sampleAndLogProb(100, { context: tf.zeros([4]) })
 * ```
 */
export function iaf(options: IAFOptions & { context: number }): Flow<tf.Tensor>
export function iaf(options: IAFOptions): Flow
export function iaf(options: IAFOptions): Flow | Flow<tf.Tensor> {
  const { dimensions, bound = 3, context = 0, base = standardNormal(dimensions) } = options
  const { family = affine({ bound }) } = options
  return new Flow({ base, bijector: new Chain(autoregressives({ ...options, family })), context })
}
