import type { Activation, Conditioner, Family } from '@ebbflow/bijectors'
import { check, type Distribution } from '@ebbflow/core'
import { Independent, Normal } from '@ebbflow/distributions'

/** Options that all recipes of couplings share. */
export interface CouplingRecipeOptions {
  /** D, the number of values of a data point. */
  dimensions: number
  /** Number of coupling layers. Default 8. */
  layers?: number
  /** Widths of the conditioners' hidden layers. Default [64, 64]. */
  hidden?: readonly number[]
  /** Their activation. Default `relu`. */
  activation?: Activation
  /** Conditioners of one's own: called with the sizes and the layer's index. */
  conditioner?: (sizes: { inputs: number; outputs: number }, layer: number) => Conditioner
  /** C, the size of the context. Default 0: an unconditional flow. */
  context?: number
  /** The distribution of the noise. Default standard normal. */
  base?: Distribution
}

/** What a recipe passes on to the couplings. */
export interface Couplings extends CouplingRecipeOptions {
  family: Family
}

/** Checks what all recipes take. */
export function checkRecipe({
  dimensions,
  layers = 8,
  context = 0,
}: Pick<CouplingRecipeOptions, 'dimensions' | 'layers' | 'context'>): void {
  check(Number.isInteger(dimensions) && dimensions >= 1, 'a flow needs at least one dimension', {
    received: `dimensions ${dimensions}`,
  })
  check(Number.isInteger(layers) && layers >= 1, 'a flow needs at least one layer', { received: `layers ${layers}` })
  check(Number.isInteger(context) && context >= 0, 'the context size must be a whole number', {
    received: `context ${context}`,
  })
}

/** The standard normal of D values: z ~ N(0, I). */
export const standardNormal = (dimensions: number): Distribution =>
  new Independent(new Normal({ loc: Array(dimensions).fill(0), scale: 1 }))
