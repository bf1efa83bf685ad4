import * as tf from '@tensorflow/tfjs-core'
import { checkFinite, located } from './checks.js'
import { EbbflowError } from './errors.js'
import { Module } from './module/index.js'
import { Rng } from './random/index.js'
import { broadcastShapes, expectShape, type Shape, showShape, splitShape } from './shape.js'

/** Where draws come from. */
export interface SampleOptions {
  /** Source of randomness; fresh entropy when absent. */
  rng?: Rng
  /** What the distribution is conditioned on, for conditional ones. */
  context?: tf.Tensor
}

/** Where a distribution has mass: a real interval, the integers of one, a circle, or all vectors. */
export interface Support {
  readonly kind: 'real' | 'integer' | 'circle' | 'vector'
  readonly lower: number
  readonly upper: number
}

/** The real line. */
export const REAL: Support = { kind: 'real', lower: -Infinity, upper: Infinity }

/**
 * A probability distribution over events of shape `eventShape`, a batch of `batchShape` independent ones.
 *
 * `logProb(x)` for x of shape `[...sample, ...batch, ...event]` (broadcast) has shape `[...sample, ...batch]`, and is −∞ outside the
 * support; `sample(shape)` has shape `[...shape, ...batch, ...event]`.
 */
export abstract class Distribution extends Module {
  abstract readonly eventShape: Shape
  abstract readonly batchShape: Shape
  /** Where each value of an event may lie. */
  abstract readonly support: Support
  /** Whether `sample` is differentiable with respect to the parameters. */
  abstract readonly reparameterised: boolean

  protected abstract logProbRule(x: tf.Tensor, context: tf.Tensor | undefined): tf.Tensor
  protected abstract sampleRule(shape: Shape, rng: Rng, context: tf.Tensor | undefined): tf.Tensor

  protected cdfRule(_x: tf.Tensor): tf.Tensor {
    throw this.lacks('cdf')
  }
  protected quantileRule(_u: tf.Tensor): tf.Tensor {
    throw this.lacks('quantile')
  }
  protected meanRule(): tf.Tensor {
    throw this.lacks('mean')
  }
  protected varianceRule(): tf.Tensor {
    throw this.lacks('variance')
  }
  protected entropyRule(): tf.Tensor {
    throw this.lacks('entropy')
  }

  /** log p(x), of shape `[...sample, ...batch]`. */
  logProb(x: tf.Tensor, options: { context?: tf.Tensor } = {}): tf.Tensor {
    return this.run(() => {
      const lead = this.leadOf(x)
      const value = this.logProbRule(x, options.context)
      expectShape(value.shape, lead, 'log-density shape')
      checkFinite(value, 'the log-density', true)
      return value
    }, x)
  }

  /** Draws of shape `[...shape, ...batch, ...event]`. */
  sample(shape: Shape = [], options: SampleOptions = {}): tf.Tensor {
    return this.run(() => {
      const value = this.sampleRule(shape, options.rng ?? Rng.entropy(), options.context)
      expectShape(value.shape, [...shape, ...this.batchShape, ...this.eventShape], 'sample shape')
      return value
    })
  }

  /** Draws and their log-densities. */
  sampleAndLogProb(shape: Shape = [], options: SampleOptions = {}): { value: tf.Tensor; logProb: tf.Tensor } {
    const value = this.sample(shape, options)
    return { value, logProb: this.logProb(value, options.context ? { context: options.context } : {}) }
  }

  /** P(X ≤ x), of the shape of x broadcast with the batch. */
  cdf(x: tf.Tensor): tf.Tensor {
    return this.run(() => this.cdfRule(x), x)
  }

  /** The smallest x with P(X ≤ x) ≥ u for u in [0, 1], of the shape of u broadcast with the batch. */
  quantile(u: tf.Tensor): tf.Tensor {
    return this.run(() => this.quantileRule(u), u)
  }

  /** E[X], of shape `[...batch, ...event]`. */
  mean(): tf.Tensor {
    return this.run(() => this.meanRule())
  }

  /** Var[X] of each value, of shape `[...batch, ...event]`. */
  variance(): tf.Tensor {
    return this.run(() => this.varianceRule())
  }

  /** The (differential) entropy in nats, of shape `[...batch]`. */
  entropy(): tf.Tensor {
    return this.run(() => this.entropyRule())
  }

  /** The shape `[...sample, ...batch]` of the log-density at x. */
  private leadOf(x: tf.Tensor): number[] {
    const { batch, event } = splitShape(x.shape, this.eventShape.length)
    if (event.some((n, i) => n !== this.eventShape[i]))
      throw new EbbflowError('shape', 'wrong event shape', {
        expected: showShape(this.eventShape),
        received: showShape(event),
      })
    return broadcastShapes(batch, this.batchShape)
  }

  private run(rule: () => tf.Tensor, input?: tf.Tensor): tf.Tensor {
    try {
      return tf.tidy(() => {
        const value = rule()
        // tidy would let the caller dispose of the very handle it gave
        return value === input ? tf.clone(value) : value
      })
    } catch (error) {
      throw located(error, this)
    }
  }

  private lacks(what: string): EbbflowError {
    return new EbbflowError('unsupported', `${this.constructor.name} has no closed-form ${what}`)
  }
}
