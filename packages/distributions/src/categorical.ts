import { type Config, constant, type Rng, type Shape, type Support, stopGradient, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { categoryAt, declareCategories, logOfLogits, logOfWeights } from './internal/categories.js'
import { type LearnableOptions, type Parameter, Parametric } from './internal/parametric.js'
import { anyOfLast, onUnit, select } from './internal/regions.js'

/** Options of {@link Categorical}: `probs` or `logits`, one of the two. */
export interface CategoricalOptions extends LearnableOptions {
  /** Weights of the categories on the last axis, shape `[...batch, K]`, at least 0; divided by their sum. */
  probs?: Parameter
  /** Log-weights of the categories on the last axis, shape `[...batch, K]`. */
  logits?: Parameter
}

/**
 * The categorical distribution over 0 … K − 1, as floats: P(k) = wₖ / Σ w. Its samples carry no gradient.
 *
 * @throws EbbflowError `argument` for negative weights, or when all are 0.
 * @example
 * ```ts
 * new Categorical({ probs: [0.2, 0.3, 0.5] }).sample([10], { rng: Rng.seed(1) })
 * ```
 */
export class Categorical extends Parametric<'probs' | 'logits'> {
  static readonly type: string = 'categorical'
  readonly support: Support
  readonly reparameterised = false
  /** K, the number of categories. */
  readonly categories: number

  constructor(options: CategoricalOptions) {
    super(declareCategories('probs', options.probs, options.logits), options.learnable)
    this.categories = (this.held.probs ?? this.held.logits)!.shape.at(-1)!
    this.support = { kind: 'integer', lower: 0, upper: this.categories - 1 }
  }

  static fromConfig(config: Config): Categorical {
    return new Categorical(config as CategoricalOptions)
  }

  /** log P(k), of shape `[...batch, K]`. */
  private logWeights(): tf.Tensor {
    return this.held.probs ? logOfWeights(this.read('probs')) : logOfLogits(this.read('logits'))
  }

  /** The categories in order, as values on the last axis. */
  private values(): tf.Tensor {
    return tensor(Float64Array.from({ length: this.categories }, (_, k) => k))
  }

  /** The sum of P(k) g(k). */
  private expect(g: tf.Tensor): tf.Tensor {
    return tf.sum(tf.mul(tf.exp(this.logWeights()), g), -1)
  }

  protected logProbRule(x: tf.Tensor): tf.Tensor {
    const hit = tf.equal(tf.expandDims(x, -1), this.values())
    const found = tf.sum(select(hit, this.logWeights(), 0), -1)
    return select(anyOfLast(hit, 1), found, -Infinity)
  }

  protected sampleRule(shape: Shape, rng: Rng): tf.Tensor {
    return stopGradient(categoryAt(rng.uniform([...shape, ...this.batchShape]), this.logWeights()))
  }

  protected override cdfRule(x: tf.Tensor): tf.Tensor {
    const within = tf.cast(tf.lessEqual(this.values(), tf.expandDims(x, -1)), 'float32')
    return tf.sum(tf.mul(within, tf.exp(this.logWeights())), -1)
  }

  protected override quantileRule(u: tf.Tensor): tf.Tensor {
    return onUnit(u, (v) => categoryAt(v, this.logWeights()))
  }

  protected override meanRule(): tf.Tensor {
    return this.expect(this.values())
  }

  protected override varianceRule(): tf.Tensor {
    return this.expect(tf.square(tf.sub(this.values(), tf.expandDims(this.meanRule(), -1))))
  }

  protected override entropyRule(): tf.Tensor {
    const log = this.logWeights()
    const impossible = tf.equal(log, constant(-Infinity))
    return tf.neg(this.expect(select(impossible, 0, log)))
  }
}
