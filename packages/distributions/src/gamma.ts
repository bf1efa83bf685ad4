import {
  broadcastShapes,
  type Config,
  constant,
  digamma,
  gammainc,
  lgamma,
  type Rng,
  type Shape,
  vjp,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { POSITIVE } from './internal/constraint.js'
import { implicitly } from './internal/implicit.js'
import { HALF_LOG_TWO_PI } from './internal/numerals.js'
import { type LearnableOptions, type Parameter, Parametric } from './internal/parametric.js'
import { atLeast, logWithin, POSITIVE_LINE, replace, select, spread } from './internal/regions.js'
import { solvedQuantile } from './internal/solved-quantile.js'
import { drawStandardGamma, LEAST } from './internal/standard-gamma.js'

/** Options of {@link Gamma}. */
export interface GammaOptions extends LearnableOptions {
  /** Shape α, positive. Default 1. */
  concentration?: Parameter
  /** Rate β, the reciprocal of the scale, positive. Default 1. */
  rate?: Parameter
}

/**
 * The gamma distribution: p(x) = βᵅ xᵅ⁻¹ e^(−βx) / Γ(α) for x > 0.
 *
 * Draws by rejection (Marsaglia & Tsang 2000), differentiable by implicit reparameterisation (Figurnov et al. 2018).
 *
 * @throws EbbflowError `argument` for parameters that are not positive.
 * @example
 * ```ts
 * new Gamma({ concentration: [0.5, 3], rate: 2 }).sample([100], { rng: Rng.seed(1) }) // shape [100, 2]
 * ```
 */
export class Gamma extends Parametric<'concentration' | 'rate'> {
  static readonly type: string = 'gamma'
  readonly support = POSITIVE_LINE
  readonly reparameterised = true

  constructor(options: GammaOptions = {}) {
    const { concentration = 1, rate = 1, learnable } = options
    super({ concentration: [concentration, POSITIVE], rate: [rate, POSITIVE] }, learnable)
  }

  static fromConfig(config: Config): Gamma {
    return new Gamma(config as GammaOptions)
  }

  protected logProbRule(x: tf.Tensor): tf.Tensor {
    const rate = this.read('rate')
    const a = this.read('concentration')
    return logWithin(x, tf.lessEqual(x, 0), 1, (v) => tf.add(standardLogProb(tf.mul(v, rate), a), tf.log(rate)))
  }

  protected sampleRule(shape: Shape, rng: Rng): tf.Tensor {
    const full = [...shape, ...this.batchShape]
    const a = spread(this.read('concentration'), full)
    const draws = implicitly(
      drawStandardGamma(a, full, rng),
      [a],
      (x, [b]) => gammainc(b!, x),
      (x, [b]) => standardLogProb(x, b!),
    )
    return atLeast(tf.div(draws, this.read('rate')), LEAST)
  }

  protected override cdfRule(x: tf.Tensor): tf.Tensor {
    const shape = broadcastShapes(x.shape, this.batchShape)
    const scaled = spread(tf.mul(atLeast(x, 0), this.read('rate')), shape)
    return gammainc(spread(this.read('concentration'), shape), scaled)
  }

  protected override quantileRule(u: tf.Tensor): tf.Tensor {
    const shape = broadcastShapes(u.shape, this.batchShape)
    const a = spread(this.read('concentration'), shape)
    const level = spread(u, shape)
    const standard = solvedQuantile(level, [a], (x, [b]) => gammainc(b!, x), tf.exp, this.support)
    return tf.div(standard, this.read('rate'))
  }

  protected override meanRule(): tf.Tensor {
    return tf.div(this.read('concentration'), this.read('rate'))
  }

  protected override varianceRule(): tf.Tensor {
    return tf.div(this.read('concentration'), tf.square(this.read('rate')))
  }

  protected override entropyRule(): tf.Tensor {
    const a = this.read('concentration')
    // log Γ(α) + α + (1 − α) ψ(α) = r(α) + ψ(α) − α r′(α), without its cancellation for large α
    const { value, gradients } = vjp(() => stirling(a), [a])
    const own = tf.sub(tf.add(value, digamma(a)), tf.mul(a, gradients[0]!))
    return tf.sub(own, tf.log(this.read('rate')))
  }
}

/**
 * (α − 1) log x − x − log Γ(α) as α (log z − z + 1) − log x − r(α), z = x / α, whose terms stay small where α is large and x near it.
 */
const standardLogProb = (x: tf.Tensor, a: tf.Tensor): tf.Tensor => {
  const z = tf.div(x, a)
  const near = tf.mul(a, tf.sub(tf.log(atLeast(z, LEAST)), tf.sub(z, 1)))
  return tf.sub(tf.sub(near, tf.log(x)), stirling(a))
}

/** r(α) = log Γ(α) − α log α + α: by Stirling's series where it cancels (Abramowitz & Stegun 6.1.41, to 1e-14 from 10 on). */
const stirling = (a: tf.Tensor): tf.Tensor => {
  const large = tf.greater(a, 10)
  const small = replace(a, large, 1)
  const direct = tf.add(tf.sub(lgamma(small), tf.mul(small, tf.log(small))), small)
  const big = replace(a, tf.logicalNot(large), 11)
  const square = tf.square(big)
  const sum = [1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12].map((c) => constant(c))
  const series = tf.div(
    sum.reduce((total, c) => tf.add(tf.div(total, square), c)),
    big,
  )
  return select(large, tf.add(tf.sub(series, tf.mul(0.5, tf.log(big))), constant(HALF_LOG_TWO_PI)), direct)
}
