import { type Activation, Chain, FFJORD, type FFJORDOptions, Inverse, MLP } from '@ebbflow/bijectors'
import { check, type Distribution } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { Flow } from '../flow.js'
import { checkRecipe, standardNormal } from './options.js'

/** Options of {@link ffjord}. */
export interface FFJORDRecipeOptions extends Pick<FFJORDOptions, 'trace' | 'gradient' | 'rtol' | 'atol' | 'maxSteps'> {
  /** D, the number of values of a data point. */
  dimensions: number
  /** Number of equations solved one after another. Default 1. */
  layers?: number
  /** Widths of the dynamics' hidden layers. Default [64, 64]. */
  hidden?: readonly number[]
  /** Their activation, a smooth one. Default `softplus`. */
  activation?: Exclude<Activation, 'relu'>
  /** C, the size of the context. Default 0: an unconditional flow. */
  context?: number
  /** The distribution of the noise. Default standard normal. */
  base?: Distribution
}

/**
 * FFJORD: data carried to noise by an ordinary differential equation whose right side is a network of values and time (Grathwohl et al.
 * 2019, arXiv 1810.01367). Densities are exact to the solver's tolerance, or noisy with `trace: 'hutchinson'`: then `logProb` throws and
 * `logProbEstimate(x, { rng })` answers.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers, or an activation that is not smooth.
 * @example
 * ```ts
 * const flow = ffjord({ dimensions: 2, hidden: [16], activation: 'tanh' }).init({ seed: 1 })
 * const logp = flow.logProb(x)
 * ```
 */
export function ffjord(options: FFJORDRecipeOptions & { context: number }): Flow<tf.Tensor>
export function ffjord(options: FFJORDRecipeOptions): Flow
export function ffjord(options: FFJORDRecipeOptions): Flow | Flow<tf.Tensor> {
  const { dimensions, layers = 1, hidden = [64, 64], activation = 'softplus', context = 0, base, ...solver } = options
  checkRecipe({ dimensions, layers, context })
  check((activation as Activation) !== 'relu', 'the dynamics must be smooth, for the trace is of their derivative', {
    expected: 'softplus, tanh, silu or elu',
    received: 'relu',
  })
  const sizes = { inputs: dimensions + 1 + context, outputs: dimensions }
  const stack = Array.from(
    { length: layers },
    () =>
      new Inverse(new FFJORD({ dimensions, context, ...solver, dynamics: new MLP({ ...sizes, hidden, activation }) })),
  )
  return new Flow({ base: base ?? standardNormal(dimensions), bijector: new Chain(stack), context })
}
