import { type Pointwise, Sylvester } from '@ebbflow/bijectors'
import type { Distribution } from '@ebbflow/core'
import { Flow } from '../flow.js'
import { checkRecipe, standardNormal } from './options.js'
import { type ClosedForm, stacked } from './stacked.js'

/** Options of {@link sylvester}. */
export interface SylvesterFlowOptions {
  /** D, the number of values of a data point. */
  dimensions: number
  /** Number of layers. Default 8. */
  layers?: number
  /** M ≤ D, the number of hidden units of each layer. Default min(D, 8). */
  units?: number
  /** h. Default `tanh`. */
  activation?: Pointwise
  /** Which direction is a closed form; the other solves `units` equations a layer. Default `density`. */
  closed?: ClosedForm
  /** The distribution of the noise. Default standard normal. */
  base?: Distribution
}

/**
 * A Sylvester flow (van den Berg et al. 2018, arXiv 1803.05649): planar flows with several hidden units a layer.
 *
 * With `closed: 'density'` the layers' formula leads from data to noise, so that densities, and with them training on data, are fast; with
 * `'sampling'` it leads from noise to data, as in the paper, where a variational posterior is drawn from.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers, or more units than dimensions.
 * @example
 * ```ts
 * const flow = sylvester({ dimensions: 3, layers: 4, units: 2 }).init({ seed: 1 })
 * ```
 */
export function sylvester(options: SylvesterFlowOptions): Flow {
  const { dimensions, layers = 8, units, activation = 'tanh', closed = 'density', base } = options
  checkRecipe({ dimensions, layers })
  const sizes = { dimensions, ...(units === undefined ? {} : { units }) }
  const bijector = stacked(layers, closed, () => new Sylvester({ ...sizes, activation }))
  return new Flow({ base: base ?? standardNormal(dimensions), bijector })
}
