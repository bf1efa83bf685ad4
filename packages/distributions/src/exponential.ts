import { type Config, expm1, log1p, type Rng, type Shape } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { POSITIVE } from './internal/constraint.js'
import { type LearnableOptions, type Parameter, Parametric } from './internal/parametric.js'
import { atLeast, logWithin, onUnit, POSITIVE_LINE } from './internal/regions.js'

/** Options of {@link Exponential}. */
export interface ExponentialOptions extends LearnableOptions {
  /** Events per unit, positive. Default 1. */
  rate?: Parameter
}

/**
 * The exponential distribution: p(x) = λ e^(−λx) for x ≥ 0.
 *
 * @throws EbbflowError `argument` for a rate that is not positive.
 * @example
 * ```ts
 * new Exponential({ rate: 2 }).quantile(tf.scalar(0.5)) // log 2 / 2
 * ```
 */
export class Exponential extends Parametric<'rate'> {
  static readonly type: string = 'exponential'
  readonly support = POSITIVE_LINE
  readonly reparameterised = true

  constructor(options: ExponentialOptions = {}) {
    super({ rate: [options.rate ?? 1, POSITIVE] }, options.learnable)
  }

  static fromConfig(config: Config): Exponential {
    return new Exponential(config as ExponentialOptions)
  }

  protected logProbRule(x: tf.Tensor): tf.Tensor {
    const rate = this.read('rate')
    return logWithin(x, tf.less(x, 0), 0, (v) => tf.sub(tf.log(rate), tf.mul(rate, v)))
  }

  protected sampleRule(shape: Shape, rng: Rng): tf.Tensor {
    return tf.div(tf.neg(tf.log(rng.uniform([...shape, ...this.batchShape]))), this.read('rate'))
  }

  protected override cdfRule(x: tf.Tensor): tf.Tensor {
    return tf.neg(expm1(tf.neg(tf.mul(this.read('rate'), atLeast(x, 0)))))
  }

  protected override quantileRule(u: tf.Tensor): tf.Tensor {
    return onUnit(u, (v) => tf.div(tf.neg(log1p(tf.neg(v))), this.read('rate')))
  }

  protected override meanRule(): tf.Tensor {
    return tf.reciprocal(this.read('rate'))
  }

  protected override varianceRule(): tf.Tensor {
    return tf.reciprocal(tf.square(this.read('rate')))
  }

  protected override entropyRule(): tf.Tensor {
    return tf.sub(1, tf.log(this.read('rate')))
  }
}
