import {
  Bijector,
  type Call,
  type Config,
  check,
  constant,
  EbbflowError,
  expectEvent,
  initialisers,
  type Mapped,
  remember,
  type Shape,
  type Slot,
  sizeOf,
  stopGradient,
  sumEvent,
  update,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** Options of {@link BatchNorm}. */
export interface BatchNormOptions {
  /** Shape of an event; the last axis is that of the channels, which have moments of their own. */
  shape: Shape
  /** ε, added to variances. Default 1e-5. */
  epsilon?: number
  /** The share of a batch's moments in the new running ones, in (0, 1]. Default 0.1. */
  momentum?: number
  /** Whether what is normalised is scaled and shifted by parameters: y = eˢ ⊙ … + b. Default false. */
  affine?: boolean
}

interface Moments {
  mean: tf.Tensor
  variance: tf.Tensor
}

/**
 * Batch normalisation: y = (x − μ̃) / √(σ̃² + ε), log|det| = −½ (values per channel) Σ ln(σ̃² + ε), for x of shape `[...batch, ...shape]`, with
 * moments μ̃ and σ̃² of each channel; `affine` adds scales and shifts (Dinh et al. 2017, arXiv 1605.08803, section 3.7 and appendix E).
 *
 * Forward normalises, as the paper does on the way from data to noise. In calls of mode `train` it uses the batch's moments, through which
 * gradients flow, and puts the running moments (m · batch + (1 − m) · running) in `call.updates`; in mode `eval` it uses the running ones.
 * **Its log-determinant holds the moments constant**: in `eval` it is exact; in `train`, where they depend on the whole batch, it is that of the
 * map with these moments. The inverse uses the running moments in both modes, for those of the batch that was normalised are not known to it.
 * `flow.initialise(batch)` sets the running moments to those of its batch.
 *
 * @throws EbbflowError `shape` for another event; `data` for a `train` call with fewer than two values per channel.
 * @example
 * ```ts
 * const layer = new BatchNorm({ shape: [2] }).init()
 * const updates = new Map()
 * const y = layer.forward(tf.tensor2d([[1, 5], [3, 9]]), { mode: 'train', updates }) // ≈ [[-1, -1], [1, 1]]
 * commit(updates)
 * ```
 */
export class BatchNorm extends Bijector {
  static readonly type: string = 'batch-norm'
  readonly shape: Shape
  readonly epsilon: number
  readonly momentum: number
  readonly affine: boolean
  readonly inputRank: number
  readonly outputRank: number
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  private readonly runningMean: Slot
  private readonly runningVariance: Slot
  private readonly logScale: Slot | undefined
  private readonly shift: Slot | undefined

  constructor({ shape, epsilon = 1e-5, momentum = 0.1, affine = false }: BatchNormOptions) {
    super()
    check(shape.length > 0, 'an event needs a channel axis', {
      expected: 'a shape of one axis or more',
      received: '[]',
    })
    check(epsilon > 0 && Number.isFinite(epsilon), 'epsilon must be positive', {
      expected: 'a finite number above 0',
      received: `${epsilon}`,
    })
    check(momentum > 0 && momentum <= 1, 'the momentum must lie in (0, 1]', {
      expected: 'a number above 0 and at most 1',
      received: `${momentum}`,
    })
    this.shape = [...shape]
    this.epsilon = epsilon
    this.momentum = momentum
    this.affine = affine
    this.inputRank = shape.length
    this.outputRank = shape.length
    const channels = [shape.at(-1)!]
    this.runningMean = this.state('runningMean', channels, initialisers.zeros)
    this.runningVariance = this.state('runningVariance', channels, initialisers.ones)
    if (!affine) return
    this.logScale = this.param('logScale', channels, initialisers.zeros)
    this.shift = this.param('shift', channels, initialisers.zeros)
  }

  static fromConfig(config: Config): BatchNorm {
    return new BatchNorm({
      shape: config.shape as Shape,
      epsilon: config.epsilon as number,
      momentum: config.momentum as number,
      affine: config.affine as boolean,
    })
  }
  config(): Config {
    return { shape: this.shape, epsilon: this.epsilon, momentum: this.momentum, affine: this.affine }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, this.shape)
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor, call: Call): Mapped {
    const { mean, variance } = call.mode === 'train' ? this.ofBatch(x, call) : this.running()
    const log = this.logFactor(variance)
    const scaled = tf.mul(tf.sub(x, mean), tf.exp(log))
    return { value: this.shift ? tf.add(scaled, this.shift.value) : scaled, logDet: this.logDet(log, x) }
  }

  protected inverseRule(y: tf.Tensor, call: Call): Mapped {
    const [mean = this.runningMean.value, variance = this.runningVariance.value] = call.memo?.get(this) ?? []
    const back = tf.neg(this.logFactor(variance))
    const unshifted = this.shift ? tf.sub(y, this.shift.value) : y
    return { value: tf.add(tf.mul(unshifted, tf.exp(back)), mean), logDet: this.logDet(back, y) }
  }

  private running(): Moments {
    return { mean: this.runningMean.value, variance: this.runningVariance.value }
  }

  /** The moments of a batch; the running ones that follow from them are put in the call's updates. */
  private ofBatch(x: tf.Tensor, call: Call): Moments {
    const channels = this.shape.at(-1)!
    const count = sizeOf(x.shape.slice(0, -1))
    if (count < 2)
      throw new EbbflowError('data', 'too few values to take moments of', {
        expected: 'at least 2 per channel in a call of mode train',
        received: `${count}`,
      })
    const { mean, variance } = tf.moments(tf.reshape(x, [count, channels]), 0)
    remember(call, this, [mean, variance])
    const share = constant(call.initialise ? 1 : this.momentum)
    const moved = (slot: Slot, batch: tf.Tensor): tf.Tensor =>
      tf.add(slot.value, tf.mul(tf.sub(stopGradient(batch), slot.value), share))
    update(call, this.runningMean, moved(this.runningMean, mean))
    update(call, this.runningVariance, moved(this.runningVariance, variance))
    return { mean, variance }
  }

  /** s − ½ ln(σ̃² + ε) of each channel. */
  private logFactor(variance: tf.Tensor): tf.Tensor {
    const log = tf.mul(tf.log(tf.add(variance, constant(this.epsilon))), -0.5)
    return this.logScale ? tf.add(log, this.logScale.value) : log
  }

  private logDet(log: tf.Tensor, x: tf.Tensor): tf.Tensor {
    const places = sizeOf(this.shape.slice(0, -1))
    const batch = x.shape.slice(0, x.rank - this.inputRank)
    return tf.add(tf.mul(sumEvent(log, 1), places), constant(0, batch))
  }
}
