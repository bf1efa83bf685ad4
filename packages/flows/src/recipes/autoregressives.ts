import {
  type Activation,
  Elementwise,
  type Family,
  MADE,
  MaskedAutoregressive,
  type Order,
  parameterSizes,
} from '@ebbflow/bijectors'
import type { Bijector, Distribution } from '@ebbflow/core'
import { checkRecipe } from './options.js'

/** Options that all recipes of masked autoregressive layers share. */
export interface AutoregressiveRecipeOptions {
  /** D, the number of values of a data point. */
  dimensions: number
  /** Number of layers. Default 5. */
  layers?: number
  /** Widths of the networks' hidden layers. Default [64, 64]. */
  hidden?: readonly number[]
  /** Their activation. Default `relu`. */
  activation?: Activation
  /** In which orders the layers go through the values: forwards and backwards in turn, or each at random. Default `alternating`. */
  orders?: 'alternating' | 'random'
  /** C, the size of the context. Default 0: an unconditional flow. */
  context?: number
  /** The distribution of the noise. Default standard normal. */
  base?: Distribution
}

/** What a recipe passes on to the layers. */
export interface Autoregressives extends AutoregressiveRecipeOptions {
  family: Family
  /** Whether the values are angles. */
  angles?: boolean
}

/** Masked autoregressive layers; one value alone, without a context, depends on nothing: its layers are elementwise. */
export function autoregressives(options: Autoregressives): Bijector[] {
  checkRecipe(options)
  const { dimensions, layers = 5, hidden = [64, 64], activation = 'relu', orders = 'alternating' } = options
  const { context = 0, family, angles = false } = options
  const order = (i: number): Order =>
    orders === 'random' ? { seed: `layer ${i}` } : i % 2 === 0 ? 'natural' : 'reversed'
  return Array.from({ length: layers }, (_, i) => {
    if (dimensions === 1 && context === 0) return new Elementwise({ family, shape: [1] })
    const parameters = parameterSizes(family)
    const conditioner = new MADE({
      ...{ dimensions, parameters, context, hidden, activation, angles },
      order: order(i),
    })
    return new MaskedAutoregressive({ dimensions, family, context, conditioner })
  })
}
