import { affine, Chain, composed, rationalQuadratic } from '@ebbflow/bijectors'
import type * as tf from '@tensorflow/tfjs-core'
import { Flow } from '../flow.js'
import { type AutoregressiveRecipeOptions, autoregressives } from './autoregressives.js'
import { couplings } from './couplings.js'
import { type CouplingRecipeOptions, standardNormal } from './options.js'

/** What splines need, in whichever layers. */
export interface SplineOptions {
  /** Number of bins of each spline. Default 8. */
  bins?: number
  /** Half-width of the interval outside of which the splines are the identity. Default 5. */
  bound?: number
}

/** Options of {@link nsf} with coupling layers. */
export interface NSFCouplingOptions extends CouplingRecipeOptions, SplineOptions {
  transform?: 'coupling'
}

/** Options of {@link nsf} with masked autoregressive layers. */
export interface NSFAutoregressiveOptions extends AutoregressiveRecipeOptions, SplineOptions {
  transform: 'autoregressive'
}

/** Options of {@link nsf}. */
export type NSFOptions = NSFCouplingOptions | NSFAutoregressiveOptions

/**
 * Neural spline flow: monotone rational-quadratic splines (Durkan et al. 2019, arXiv 1906.04032) in coupling layers, fast both ways, or
 * with `transform: 'autoregressive'` in masked autoregressive ones, which say more a layer and draw samples value by value.
 *
 * The splines act on [−bound, bound], so data should be standardised. An affine map stands on the data's side of each: it moves the
 * interval to where the data are and scales the tails outside of it, which fits better at a tenth of the steps.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers.
 * @example
 * ```ts
 * const flow = nsf({ dimensions: 3, layers: 6, bins: 8 }).init({ seed: 1 })
 * const autoregressive = nsf({ dimensions: 3, transform: 'autoregressive', layers: 4 }).init({ seed: 1 })
 * ```
 */
export function nsf(options: NSFOptions & { context: number }): Flow<tf.Tensor>
export function nsf(options: NSFOptions): Flow
export function nsf(options: NSFOptions): Flow | Flow<tf.Tensor> {
  const { dimensions, bins = 8, bound = 5, context = 0, base = standardNormal(dimensions) } = options
  const spline = rationalQuadratic({ bins, bound })
  // the affine map on the data's side, whichever way the layers are written
  const bijector =
    options.transform === 'autoregressive'
      ? Chain.fromData(autoregressives({ ...options, family: composed(affine(), spline) }))
      : new Chain(couplings({ ...options, family: composed(spline, affine()) }))
  return new Flow({ base, bijector, context })
}
