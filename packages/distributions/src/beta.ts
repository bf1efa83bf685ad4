import { betainc, broadcastShapes, type Config, digamma, lbeta, type Rng, type Shape } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { POSITIVE } from './internal/constraint.js'
import { implicitly } from './internal/implicit.js'
import { type LearnableOptions, type Parameter, Parametric } from './internal/parametric.js'
import { atLeast, atMost, logWithin, spread, UNIT } from './internal/regions.js'
import { solvedQuantile } from './internal/solved-quantile.js'
import { drawStandardGamma, LEAST } from './internal/standard-gamma.js'

/** Options of {@link Beta}. */
export interface BetaOptions extends LearnableOptions {
  /** First shape, positive. Default 1. */
  alpha?: Parameter
  /** Second shape, positive. Default 1. */
  beta?: Parameter
}

/**
 * The beta distribution: p(x) = xᵅ⁻¹ (1 − x)ᵝ⁻¹ / B(α, β) for 0 < x < 1.
 *
 * Draws are X / (X + Y) of two gamma draws, differentiable by implicit reparameterisation (Figurnov et al. 2018).
 *
 * @throws EbbflowError `argument` for parameters that are not positive.
 * @example
 * ```ts
 * new Beta({ alpha: 2, beta: 5 }).mean() // 2 / 7
 * ```
 */
export class Beta extends Parametric<'alpha' | 'beta'> {
  static readonly type: string = 'beta'
  readonly support = UNIT
  readonly reparameterised = true

  constructor(options: BetaOptions = {}) {
    const { alpha = 1, beta = 1, learnable } = options
    super({ alpha: [alpha, POSITIVE], beta: [beta, POSITIVE] }, learnable)
  }

  static fromConfig(config: Config): Beta {
    return new Beta(config as BetaOptions)
  }

  /** Both parameters spread over a shape. */
  private over(shape: Shape): tf.Tensor[] {
    return [this.read('alpha'), this.read('beta')].map((p) => spread(p, shape))
  }

  protected logProbRule(x: tf.Tensor): tf.Tensor {
    const parameters = [this.read('alpha'), this.read('beta')]
    const outside = tf.logicalOr(tf.lessEqual(x, 0), tf.greaterEqual(x, 1))
    return logWithin(x, outside, 0.5, (v) => logDensity(v, parameters))
  }

  protected sampleRule(shape: Shape, rng: Rng): tf.Tensor {
    const full = [...shape, ...this.batchShape]
    const parameters = this.over(full)
    const [x, y] = parameters.map((p) => drawStandardGamma(p, full, rng))
    const share = tf.div(x!, tf.add(x!, y!))
    // single precision's neighbours of 0 and 1, so that the density at a draw is finite
    return implicitly(atMost(atLeast(share, LEAST), 1 - 2 ** -24), parameters, cdf, logDensity)
  }

  protected override cdfRule(x: tf.Tensor): tf.Tensor {
    const shape = broadcastShapes(x.shape, this.batchShape)
    return cdf(spread(atMost(atLeast(x, 0), 1), shape), this.over(shape))
  }

  protected override quantileRule(u: tf.Tensor): tf.Tensor {
    const shape = broadcastShapes(u.shape, this.batchShape)
    return solvedQuantile(spread(u, shape), this.over(shape), cdf, tf.sigmoid, this.support)
  }

  protected override meanRule(): tf.Tensor {
    const a = this.read('alpha')
    return tf.div(a, tf.add(a, this.read('beta')))
  }

  protected override varianceRule(): tf.Tensor {
    const a = this.read('alpha')
    const b = this.read('beta')
    const sum = tf.add(a, b)
    return tf.div(tf.mul(a, b), tf.mul(tf.square(sum), tf.add(sum, 1)))
  }

  protected override entropyRule(): tf.Tensor {
    const [a, b] = this.over(this.batchShape)
    const own = (p: tf.Tensor): tf.Tensor => tf.mul(tf.sub(p, 1), digamma(p))
    const joint = tf.mul(tf.sub(tf.add(a!, b!), 2), digamma(tf.add(a!, b!)))
    return tf.add(tf.sub(lbeta(a!, b!), tf.add(own(a!), own(b!))), joint)
  }
}

const cdf = (x: tf.Tensor, [a, b]: tf.Tensor[]): tf.Tensor => betainc(a!, b!, x)

const logDensity = (x: tf.Tensor, [a, b]: tf.Tensor[]): tf.Tensor => {
  const lower = tf.mul(tf.sub(a!, 1), tf.log(x))
  const upper = tf.mul(tf.sub(b!, 1), tf.log1p(tf.neg(x)))
  return tf.sub(tf.add(lower, upper), lbeta(a!, b!))
}
