import { type Config, check, type Rng, type Shape, type Support, softplus, stopGradient } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { FREE, PROBABILITY } from './internal/constraint.js'
import { type LearnableOptions, type Parameter, Parametric } from './internal/parametric.js'
import { logWithin, onUnit, select } from './internal/regions.js'

/** Options of {@link Bernoulli}: `probs` or `logits`, not both. */
export interface BernoulliOptions extends LearnableOptions {
  /** P(X = 1), in (0, 1). Default 0.5. */
  probs?: Parameter
  /** log P(X = 1) − log P(X = 0). */
  logits?: Parameter
}

/**
 * The Bernoulli distribution: P(1) = p, P(0) = 1 − p, for events 0 and 1 as floats. Its samples carry no gradient.
 *
 * @throws EbbflowError `argument` for probabilities outside (0, 1).
 * @example
 * ```ts
 * new Bernoulli({ probs: 0.3 }).logProb(tf.tensor1d([0, 1])) // [log 0.7, log 0.3]
 * ```
 */
export class Bernoulli extends Parametric<'probs' | 'logits'> {
  static readonly type: string = 'bernoulli'
  readonly support: Support = { kind: 'integer', lower: 0, upper: 1 }
  readonly reparameterised = false

  constructor(options: BernoulliOptions = {}) {
    const { probs, logits } = options
    check(probs === undefined || logits === undefined, 'Bernoulli takes probs or logits, not both')
    super(logits === undefined ? { probs: [probs ?? 0.5, PROBABILITY] } : { logits: [logits, FREE] }, options.learnable)
  }

  static fromConfig(config: Config): Bernoulli {
    return new Bernoulli(config as BernoulliOptions)
  }

  private logOdds(): tf.Tensor {
    if (this.held.logits) return this.read('logits')
    const p = this.read('probs')
    return tf.sub(tf.log(p), tf.log1p(tf.neg(p)))
  }

  private probability(): tf.Tensor {
    return this.held.logits ? tf.sigmoid(this.read('logits')) : this.overBatch(this.read('probs'))
  }

  protected logProbRule(x: tf.Tensor): tf.Tensor {
    const outside = tf.logicalAnd(tf.notEqual(x, 0), tf.notEqual(x, 1))
    return logWithin(x, outside, 0, (v) => tf.neg(softplus(tf.mul(tf.sub(1, tf.mul(2, v)), this.logOdds()))))
  }

  protected sampleRule(shape: Shape, rng: Rng): tf.Tensor {
    const u = rng.uniform([...shape, ...this.batchShape])
    return stopGradient(tf.cast(tf.less(u, this.probability()), 'float32'))
  }

  protected override cdfRule(x: tf.Tensor): tf.Tensor {
    const below = select(tf.less(x, 0), 0, tf.sub(1, this.probability()))
    return select(tf.greaterEqual(x, 1), 1, below)
  }

  protected override quantileRule(u: tf.Tensor): tf.Tensor {
    return onUnit(u, (v) => tf.cast(tf.greater(v, tf.sub(1, this.probability())), 'float32'))
  }

  protected override meanRule(): tf.Tensor {
    return this.probability()
  }

  protected override varianceRule(): tf.Tensor {
    const p = this.probability()
    return tf.mul(p, tf.sub(1, p))
  }

  protected override entropyRule(): tf.Tensor {
    const p = this.probability()
    const odds = this.logOdds()
    return tf.add(tf.mul(p, softplus(tf.neg(odds))), tf.mul(tf.sub(1, p), softplus(odds)))
  }
}
