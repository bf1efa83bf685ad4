import { Angles, Chain, circularSpline, MLP } from '@ebbflow/bijectors'
import { type Distribution, EbbflowError } from '@ebbflow/core'
import { Independent, Uniform, VonMises } from '@ebbflow/distributions'
import type * as tf from '@tensorflow/tfjs-core'
import { Flow } from '../flow.js'
import { type AutoregressiveRecipeOptions, autoregressives } from './autoregressives.js'
import { couplings } from './couplings.js'

/** Options of {@link ncsf}. */
export interface NCSFOptions extends Omit<AutoregressiveRecipeOptions, 'base'> {
  /** Layers that keep some of the angles, or masked autoregressive ones. Default `coupling`. */
  transform?: 'coupling' | 'autoregressive'
  /** Number of bins of each spline. Default 8. */
  bins?: number
  /** The noise: uniform on the circle, von Mises around 0, or a distribution on [−π, π]ᴰ of one's own. Default `uniform`. */
  base?: 'uniform' | 'von-mises' | Distribution
}

/**
 * Neural circular spline flow, on the torus: D angles in [−π, π), in radians (Rezende et al. 2020, arXiv 2002.02428, section 2.1.3).
 * Densities and their gradients are continuous across the cut, and −∞ outside of [−π, π]ᴰ.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers or a base that there is not.
 * @example
 * ```ts
 * const flow = ncsf({ dimensions: 2, base: 'von-mises', layers: 4 }).init({ seed: 1 })
 * const angles = flow.sample(100, { rng: Rng.seed(1) }) // [100, 2]
 * ```
 */
export function ncsf(options: NCSFOptions & { context: number }): Flow<tf.Tensor>
export function ncsf(options: NCSFOptions): Flow
export function ncsf(options: NCSFOptions): Flow | Flow<tf.Tensor> {
  const { dimensions, bins = 8, context = 0, base = 'uniform', transform = 'coupling', ...rest } = options
  const shared = { ...rest, dimensions, context, family: circularSpline({ bins }) }
  const { hidden = [64, 64], activation = 'relu' } = options
  const bijector =
    transform === 'autoregressive'
      ? Chain.fromData(autoregressives({ ...shared, angles: true }))
      : new Chain(
          couplings({
            ...shared,
            conditioner: ({ inputs, outputs }) => {
              const angles = inputs - context
              return new Angles(angles, new MLP({ inputs: inputs + angles, outputs, hidden, activation }))
            },
          }),
        )
  return new Flow({ base: typeof base === 'string' ? onTorus(base, dimensions) : base, bijector, context })
}

function onTorus(name: string, dimensions: number): Distribution {
  const each = (value: number): number[] => Array(dimensions).fill(value)
  if (name === 'uniform') return new Independent(new Uniform({ low: each(-Math.PI), high: each(Math.PI) }))
  if (name === 'von-mises') return new Independent(new VonMises({ loc: each(0), concentration: 1 }))
  throw new EbbflowError('argument', 'unknown base', { expected: 'uniform or von-mises', received: name })
}
