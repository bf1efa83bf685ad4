import {
  ActNorm,
  Chain,
  InvertibleResidual,
  LipschitzConvNet,
  LipschitzMLP,
  type LipschitzMLPOptions,
  type ResidualLogDet,
  Squeeze,
} from '@ebbflow/bijectors'
import { check, type Distribution, sizeOf } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { Flow } from '../flow.js'
import { type ImageRecipeOptions, imageFlow, imageSettings, squeezed } from './images.js'
import { checkRecipe, standardNormal } from './options.js'

/** Up to how many values a data point may have for log-determinants that are exact by default. */
const EXACT = 16

/** Options of {@link residual} and {@link iResNet}. */
export interface ResidualOptions extends Pick<LipschitzMLPOptions, 'activation' | 'coefficient'> {
  /** D, the number of values of a data point. */
  dimensions: number
  /** Number of residual blocks. Default 8. */
  layers?: number
  /** Widths of the residual functions' hidden layers. Default [64, 64]. */
  hidden?: readonly number[]
  /**
   * How log-determinants are found: `exact`, `{ series: n }` (biased and noisy), or `{ roulette: {} }` (noisy). Default exact up to 16
   * values, beyond that what the recipe's paper does.
   */
  logDet?: ResidualLogDet
  /** C, the size of the context. Default 0: an unconditional flow. */
  context?: number
  /** The distribution of the noise. Default standard normal. */
  base?: Distribution
}

/** Options of {@link residual} and {@link iResNet} for images: blocks of convolutions in a multi-scale flow. */
export interface ResidualImageOptions
  extends Pick<LipschitzMLPOptions, 'activation' | 'coefficient'>,
    Pick<ImageRecipeOptions, 'image' | 'levels' | 'steps' | 'width' | 'splitPriors' | 'alpha' | 'context' | 'base'> {
  /** As for vectors; the values are those of the image. */
  logDet?: ResidualLogDet
}

/**
 * A Residual Flow: ActNorm and residual blocks y = x + f(x) of Lipschitz constant below 1, applied to data, with log-determinants by unbiased
 * Russian roulette beyond 16 values; with `image`, of convolutions on several scales (Chen et al. 2019, arXiv 1906.02735). Sampling inverts each block by iteration.
 *
 * With estimated log-determinants `logProb` throws; `logProbEstimate(x, { rng })` answers, and `fit` trains as ever.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers, ReLU, or a roulette of infinite variance.
 * @example
 * ```ts
 * const flow = residual({ dimensions: 2, layers: 4, hidden: [32], logDet: { roulette: {} } }).init({ seed: 1 })
 * const estimate = flow.logProbEstimate(x, { rng: Rng.seed(1) })
 * ```
 */
export function residual(options: (ResidualOptions | ResidualImageOptions) & { context: number }): Flow<tf.Tensor>
export function residual(options: ResidualOptions | ResidualImageOptions): Flow
export function residual(options: ResidualOptions | ResidualImageOptions): Flow | Flow<tf.Tensor> {
  return 'image' in options ? scales(options, { roulette: {} }) : stack(options, { roulette: {} })
}

/**
 * An i-ResNet: {@link residual} with log-determinants by ten terms of the power series beyond 16 values, which is biased (Behrmann et
 * al. 2019, arXiv 1811.00995).
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers, or ReLU.
 * @example
 * ```ts
 * const flow = iResNet({ dimensions: 2, layers: 4, activation: 'elu' }).init({ seed: 1 })
 * const logp = flow.logProb(x) // exact, for D = 2
 * ```
 */
export function iResNet(options: (ResidualOptions | ResidualImageOptions) & { context: number }): Flow<tf.Tensor>
export function iResNet(options: ResidualOptions | ResidualImageOptions): Flow
export function iResNet(options: ResidualOptions | ResidualImageOptions): Flow | Flow<tf.Tensor> {
  return 'image' in options ? scales(options, { series: 10 }) : stack(options, { series: 10 })
}

function stack(options: ResidualOptions, estimate: ResidualLogDet): Flow {
  checkRecipe(options)
  const { dimensions, layers = 8, hidden, activation, coefficient, context = 0 } = options
  const { logDet = dimensions <= EXACT ? 'exact' : estimate, base = standardNormal(dimensions) } = options
  check(hidden === undefined || hidden.length > 0, 'a residual function needs a hidden layer', {
    expected: 'at least one width',
    received: 'none',
  })
  const sizes = { inputs: dimensions + context, outputs: dimensions }
  const net = (): LipschitzMLP =>
    new LipschitzMLP({
      ...sizes,
      ...(hidden && { hidden }),
      ...(activation && { activation }),
      ...(coefficient !== undefined && { coefficient }),
    })
  const blocks = Array.from({ length: layers }, () => [
    new ActNorm({ shape: [dimensions] }),
    new InvertibleResidual({ net: net(), logDet, context }),
  ])
  return new Flow({ base, bijector: Chain.fromData(blocks.flat()), context })
}

function scales(options: ResidualImageOptions, estimate: ResidualLogDet): Flow {
  const { activation, coefficient, image } = options
  const { logDet = sizeOf(image) <= EXACT ? 'exact' : estimate } = options
  const { activation: _, coefficient: __, logDet: ___, ...shared } = options
  const { steps, width, context } = imageSettings(shared, true)
  return imageFlow(shared, true, (shape) => {
    const out = squeezed(shape)
    const net = (): LipschitzConvNet =>
      new LipschitzConvNet({
        shape: out,
        context,
        width,
        ...(activation && { activation }),
        ...(coefficient !== undefined && { coefficient }),
      })
    const layers = Array.from({ length: steps }, () => [
      new ActNorm({ shape: out }),
      new InvertibleResidual({ net: net(), logDet, context }),
    ])
    return { layers: [new Squeeze(), ...layers.flat()], out }
  })
}
