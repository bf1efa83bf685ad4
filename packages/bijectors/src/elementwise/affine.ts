import {
  Bijector,
  type Config,
  check,
  constant,
  expectEvent,
  initialisers,
  type Mapped,
  type NestedNumbers,
  type Shape,
  type Slot,
  sumEvent,
  tensor,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { flat, longer, map, shapeOf } from './nested.js'

/** Options of {@link Affine}. */
export interface AffineOptions {
  /** t, a number or one a value of the event. Default 0. */
  shift?: NestedNumbers
  /** s, not zero: a number or one a value of the event. Default 1. */
  scale?: NestedNumbers
  /** Shape of an event. Default: that of `shift` and `scale`; none makes the layer elementwise. */
  shape?: Shape
  /** Whether training changes shift and |scale|. Default false. */
  learnable?: boolean
}

/**
 * An elementwise affine map: y = s x + t, log|det| = Σ log|s|, for x of shape `[...batch, ...shape]`.
 *
 * Learnable scales keep their sign; what is trained is `shift` and `logScale` = log|s|.
 *
 * @throws EbbflowError `argument` for a scale of zero or not finite, `shape` for shifts and scales that do not fit the event.
 * @example
 * ```ts
 * const y = new Affine({ shift: 1, scale: [2, -3] }).forward(tf.tensor1d([1, 1])) // [3, -2]
 * ```
 */
export class Affine extends Bijector {
  static readonly type: string = 'affine'
  readonly inputRank: number
  readonly outputRank: number
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  readonly shape: Shape
  private readonly options: {
    readonly shift: NestedNumbers
    readonly scale: NestedNumbers
    readonly learnable: boolean
  }
  private readonly shift: Slot | undefined
  private readonly logScale: Slot | undefined

  constructor(options: AffineOptions = {}) {
    super()
    const { shift = 0, scale = 1, learnable = false } = options
    this.options = { shift, scale, learnable }
    this.shape = options.shape ?? longer(shapeOf(shift), shapeOf(scale))
    this.inputRank = this.shape.length
    this.outputRank = this.shape.length
    for (const s of flat(scale))
      check(Number.isFinite(s) && s !== 0, 'a scale must be finite and not zero', {
        expected: 'a finite number other than 0',
        received: `${s}`,
      })
    for (const t of flat(shift))
      check(Number.isFinite(t), 'a shift must be finite', { expected: 'a finite number', received: `${t}` })
    for (const given of [shift, scale]) if (typeof given !== 'number') expectEvent(shapeOf(given), this.shape)
    if (!learnable) return
    this.shift = this.param('shift', this.shape, initialisers.filled(shift))
    this.logScale = this.param('logScale', this.shape, initialisers.filled(map(scale, (s) => Math.log(Math.abs(s)))))
  }

  static fromConfig(config: Config): Affine {
    return new Affine(config as AffineOptions)
  }
  config(): Config {
    return { ...(this.options as Config), shape: this.shape }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, this.shape)
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    const { shift, scale, logScale } = this.values()
    return { value: tf.add(tf.mul(x, scale), shift), logDet: this.spread(logScale, x) }
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    const { shift, scale, logScale } = this.values()
    return { value: tf.div(tf.sub(y, shift), scale), logDet: this.spread(tf.neg(logScale), y) }
  }

  private values(): { shift: tf.Tensor; scale: tf.Tensor; logScale: tf.Tensor } {
    const { shift, scale } = this.options
    if (this.shift && this.logScale) {
      const sign = tensor(map(scale, Math.sign))
      return {
        shift: this.shift.value,
        scale: tf.mul(tf.exp(this.logScale.value), sign),
        logScale: this.logScale.value,
      }
    }
    return { shift: tensor(shift), scale: tensor(scale), logScale: tensor(map(scale, (s) => Math.log(Math.abs(s)))) }
  }

  /** The same log-determinant for every event of the batch. */
  private spread(logScale: tf.Tensor, x: tf.Tensor): tf.Tensor {
    const batch = x.shape.slice(0, x.rank - this.inputRank)
    const one = sumEvent(tf.broadcastTo(logScale, [...this.shape]), this.shape.length)
    return tf.add(one, constant(0, batch))
  }
}
