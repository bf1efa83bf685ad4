import { Planar, type Pointwise } from '@ebbflow/bijectors'
import type { Distribution } from '@ebbflow/core'
import { Flow } from '../flow.js'
import { checkRecipe, standardNormal } from './options.js'
import { type ClosedForm, stacked } from './stacked.js'

/** Options of {@link planar}. */
export interface PlanarFlowOptions {
  /** D, the number of values of a data point. */
  dimensions: number
  /** Number of layers. Default 16. */
  layers?: number
  /** h. Default `tanh`. */
  activation?: Pointwise
  /** Which direction is a closed form; the other solves one equation a layer. Default `density`. */
  closed?: ClosedForm
  /** The distribution of the noise. Default standard normal. */
  base?: Distribution
}

/**
 * A planar flow (Rezende & Mohamed 2015, arXiv 1505.05770): each layer bends space across one plane.
 *
 * With `closed: 'density'` the layers' formula leads from data to noise, so that densities, and with them training on data, are fast; with
 * `'sampling'` it leads from noise to data, as in the paper, where a variational posterior is drawn from.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers.
 * @example
 * ```ts
 * const flow = planar({ dimensions: 2, layers: 8 }).init({ seed: 1 })
 * ```
 */
export function planar(options: PlanarFlowOptions): Flow {
  const { dimensions, layers = 16, activation = 'tanh', closed = 'density', base } = options
  checkRecipe({ dimensions, layers })
  const bijector = stacked(layers, closed, () => new Planar({ dimensions, activation }))
  return new Flow({ base: base ?? standardNormal(dimensions), bijector })
}
