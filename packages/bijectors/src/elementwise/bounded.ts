import {
  Bijector,
  type Config,
  check,
  constant,
  expectEvent,
  type Mapped,
  type NestedNumbers,
  type Shape,
  sumEvent,
  tensor,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { within } from './interval.js'
import { flat, longer, shapeOf } from './nested.js'
import { sigmoidMap } from './sigmoid.js'

/** Options of {@link Bounded}. */
export interface BoundedOptions {
  /** a, a number or one a value of the event. Default 0. */
  lower?: NestedNumbers
  /** b > a, a number or one a value of the event. Default 1. */
  upper?: NestedNumbers
  /** Shape of an event. Default: that of `lower` and `upper`; none makes the layer elementwise. */
  shape?: Shape
}

/**
 * The sigmoid onto a box, from ℝ onto (a, b): y = a + (b − a) σ(x), log|det| = Σ ln(b − a) + ln σ(x) + ln σ(−x); its inverse is the logit
 * x = ln(y − a) − ln(b − y), for x of shape `[...batch, ...shape]`.
 *
 * As the last layer of a flow it keeps samples, and so the density, within the box: for data with known bounds. In single precision y
 * reaches a bound where |x| is about 17. There and outside, the inverse has a log-determinant of −∞: a density is 0.
 *
 * @throws EbbflowError `argument` for bounds that are not finite or not in order, `shape` for bounds that do not fit the event.
 * @example
 * ```ts
 * const y = new Bounded({ lower: [0, -1], upper: [10, 1] }).forward(tf.tensor1d([0, 0])) // [5, 0]
 * ```
 */
export class Bounded extends Bijector {
  static readonly type: string = 'bounded'
  readonly lower: NestedNumbers
  readonly upper: NestedNumbers
  readonly shape: Shape
  readonly inputRank: number
  readonly outputRank: number
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  override readonly illConditioned = true

  constructor({ lower = 0, upper = 1, shape }: BoundedOptions = {}) {
    super()
    this.lower = lower
    this.upper = upper
    this.shape = shape ?? longer(shapeOf(lower), shapeOf(upper))
    this.inputRank = this.shape.length
    this.outputRank = this.shape.length
    for (const given of [lower, upper]) if (typeof given !== 'number') expectEvent(shapeOf(given), this.shape)
    const [low, high] = [flat(lower), flat(upper)]
    for (let i = 0; i < Math.max(low.length, high.length); i++) {
      const [a, b] = [low[low.length === 1 ? 0 : i]!, high[high.length === 1 ? 0 : i]!]
      check(Number.isFinite(a) && Number.isFinite(b) && a < b, 'bounds must be finite and in order', {
        expected: 'finite numbers, the lower below the upper',
        received: `${a} and ${b}`,
      })
    }
  }

  static fromConfig(config: Config): Bounded {
    return new Bounded(config as BoundedOptions)
  }
  config(): Config {
    return { lower: this.lower, upper: this.upper, shape: this.shape }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, this.shape)
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    const { a, width } = this.bounds()
    const { value, logDet } = sigmoidMap(x)
    return {
      value: tf.add(tf.mul(value, width), a),
      logDet: sumEvent(tf.add(logDet, tf.log(width)), this.inputRank),
    }
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    const { a, b, width } = this.bounds()
    const middle = tf.add(a, tf.mul(width, 0.5))
    const { value, logDet } = within(y, { lower: a, upper: b, safe: middle }, (inside) => {
      const above = tf.log(tf.sub(inside, a))
      const below = tf.log(tf.sub(b, inside))
      return { value: tf.sub(above, below), logDet: tf.sub(tf.log(width), tf.add(above, below)) }
    })
    return { value, logDet: sumEvent(logDet, this.inputRank) }
  }

  private bounds(): { a: tf.Tensor; b: tf.Tensor; width: tf.Tensor } {
    const zero = constant(0, this.shape)
    const [a, b] = [tf.add(tensor(this.lower), zero), tf.add(tensor(this.upper), zero)]
    return { a, b, width: tf.sub(b, a) }
  }
}
