import { Chain, rationalQuadratic } from '@ebbflow/bijectors'
import type * as tf from '@tensorflow/tfjs-core'
import { Flow } from '../flow.js'
import { couplings } from './couplings.js'
import { type CouplingRecipeOptions, standardNormal } from './options.js'

/** Options of {@link nsf}. */
export interface NSFOptions extends CouplingRecipeOptions {
  /** Number of bins of each spline. Default 8. */
  bins?: number
  /** Half-width of the interval outside of which the splines are the identity. Default 5. */
  bound?: number
}

/**
 * Neural spline flow: couplings of monotone rational-quadratic splines (Durkan et al. 2019, arXiv 1906.04032).
 *
 * The splines act on [−bound, bound], so data should be standardised.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers.
 * @example
 * ```ts
 * const flow = nsf({ dimensions: 3, layers: 6, bins: 8 }).init({ seed: 1 })
 * ```
 */
export function nsf(options: NSFOptions & { context: number }): Flow<tf.Tensor>
export function nsf(options: NSFOptions): Flow
export function nsf(options: NSFOptions): Flow | Flow<tf.Tensor> {
  const { dimensions, bins = 8, bound = 5, context = 0, base = standardNormal(dimensions) } = options
  const family = rationalQuadratic({ bins, bound })
  return new Flow({ base, bijector: new Chain(couplings({ ...options, family })), context })
}
