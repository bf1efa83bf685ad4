import {
  Bijector,
  type Call,
  type Config,
  check,
  constant,
  expectEvent,
  initialisers,
  type Mapped,
  type Shape,
  type Slot,
  sumEvent,
  update,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** Options of {@link ActNorm}. */
export interface ActNormOptions {
  /** Shape of an event; the last axis is that of the channels. */
  shape: Shape
}

/**
 * Activation normalisation: y = eˢ ⊙ x + b with one scale and one bias a channel, log|det| = (values per channel) · Σ s, for x of shape
 * `[...batch, ...shape]` (Kingma & Dhariwal 2018, arXiv 1807.03039, section 3.1).
 *
 * In a call with `initialise`, which `flow.initialise(batch)` makes, it sets s and b so that what comes out has mean 0 and variance 1 in
 * each channel; from then on they are ordinary parameters.
 *
 * @throws EbbflowError `shape` for another event.
 * @example
 * ```ts
 * const layer = new ActNorm({ shape: [3] }).init()
 * ```
 */
export class ActNorm extends Bijector {
  static readonly type: string = 'act-norm'
  readonly shape: Shape
  readonly inputRank: number
  readonly outputRank: number
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  private readonly logScale: Slot
  private readonly bias: Slot

  constructor({ shape }: ActNormOptions) {
    super()
    check(shape.length > 0, 'an event needs a channel axis', {
      expected: 'a shape of one axis or more',
      received: '[]',
    })
    this.shape = [...shape]
    this.inputRank = shape.length
    this.outputRank = shape.length
    const channels = [shape.at(-1)!]
    this.logScale = this.param('logScale', channels, initialisers.zeros)
    this.bias = this.param('bias', channels, initialisers.zeros)
  }

  static fromConfig(config: Config): ActNorm {
    return new ActNorm({ shape: config.shape as Shape })
  }
  config(): Config {
    return { shape: this.shape }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, this.shape)
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor, call: Call): Mapped {
    const { logScale, bias } = call.initialise ? this.fitted(x, call, true) : this.values()
    return { value: tf.add(tf.mul(x, tf.exp(logScale)), bias), logDet: this.logDet(logScale, x) }
  }

  protected inverseRule(y: tf.Tensor, call: Call): Mapped {
    const { logScale, bias } = call.initialise ? this.fitted(y, call, false) : this.values()
    const back = tf.neg(logScale)
    return { value: tf.mul(tf.sub(y, bias), tf.exp(back)), logDet: this.logDet(back, y) }
  }

  private values(): { logScale: tf.Tensor; bias: tf.Tensor } {
    return { logScale: this.logScale.value, bias: this.bias.value }
  }

  /** The parameters that standardise what comes out of a direction, put in the call's updates. */
  private fitted(x: tf.Tensor, call: Call, forward: boolean): { logScale: tf.Tensor; bias: tf.Tensor } {
    const rows = tf.reshape(x, [-1, this.shape.at(-1)!])
    const { mean, variance } = tf.moments(rows, 0)
    const log = tf.mul(tf.log(tf.add(variance, constant(1e-6))), 0.5)
    const logScale = forward ? tf.neg(log) : log
    const bias = forward ? tf.neg(tf.mul(mean, tf.exp(logScale))) : mean
    update(call, this.logScale, logScale)
    update(call, this.bias, bias)
    return { logScale, bias }
  }

  private logDet(logScale: tf.Tensor, x: tf.Tensor): tf.Tensor {
    const places = this.shape.slice(0, -1).reduce((a, b) => a * b, 1)
    const batch = x.shape.slice(0, x.rank - this.inputRank)
    return tf.add(tf.mul(sumEvent(logScale, 1), places), constant(0, batch))
  }
}
