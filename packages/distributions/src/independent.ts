import {
  type Build,
  type Config,
  check,
  Distribution,
  describe,
  type Json,
  type Rng,
  type Shape,
  type Support,
  sumEvent,
} from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { contextOption } from './internal/context.js'

/** Options of {@link Independent}. */
export interface IndependentOptions {
  /** How many of the base's right-hand batch axes become part of the event. Default: all. */
  rank?: number
}

/**
 * A batch of independent distributions as one distribution of vectors or arrays: log p(x) = Σᵢ log pᵢ(xᵢ).
 *
 * @throws EbbflowError `argument` when the base has fewer batch axes.
 * @example
 * ```ts
 * new Independent(new Normal({ loc: [0, 0], scale: [1, 2] })).logProb(tf.tensor2d([[0, 0]])) // shape [1]
 * ```
 */
export class Independent extends Distribution {
  static readonly type: string = 'independent'
  readonly base: Distribution
  /** How many batch axes of the base belong to the event. */
  readonly rank: number
  readonly batchShape: Shape
  readonly eventShape: Shape
  readonly support: Support
  readonly reparameterised: boolean

  constructor(base: Distribution, options: IndependentOptions = {}) {
    super()
    const axes = base.batchShape.length
    const rank = options.rank ?? axes
    check(Number.isInteger(rank) && rank >= 0 && rank <= axes, 'not so many batch axes', {
      expected: `0 to ${axes}`,
      received: `${rank}`,
    })
    this.base = this.child('base', base)
    this.rank = rank
    this.batchShape = base.batchShape.slice(0, axes - rank)
    this.eventShape = [...base.batchShape.slice(axes - rank), ...base.eventShape]
    this.support = base.support
    this.reparameterised = base.reparameterised
  }

  static fromConfig(config: Config, build: Build): Independent {
    return new Independent(build(config.base as Json) as Distribution, { rank: config.rank as number })
  }

  config(): Config {
    return { base: describe(this.base), rank: this.rank }
  }

  protected logProbRule(x: tf.Tensor, context: tf.Tensor | undefined): tf.Tensor {
    return sumEvent(this.base.logProb(x, contextOption(context)), this.rank)
  }

  protected sampleRule(shape: Shape, rng: Rng, context: tf.Tensor | undefined): tf.Tensor {
    return this.base.sample(shape, { rng, ...contextOption(context) })
  }

  protected override meanRule(): tf.Tensor {
    return this.base.mean()
  }

  protected override varianceRule(): tf.Tensor {
    return this.base.variance()
  }

  protected override entropyRule(): tf.Tensor {
    return sumEvent(this.base.entropy(), this.rank)
  }
}
