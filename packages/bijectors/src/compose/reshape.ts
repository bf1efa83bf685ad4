import {
  Bijector,
  type Config,
  check,
  constant,
  expectEvent,
  type Mapped,
  type Shape,
  showShape,
  sizeOf,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** Options of {@link Reshape}. */
export interface ReshapeOptions {
  /** Shape of an input event. */
  from: Shape
  /** Shape of an output event, of as many values. */
  to: Shape
}

/**
 * The same values in another event shape: y of shape `[...batch, ...to]` from x of shape `[...batch, ...from]`, in reading order,
 * log|det| = 0.
 *
 * @throws EbbflowError `argument` for shapes that do not hold equally many values; `shape` for another event.
 * @example
 * ```ts
 * const image = new Reshape({ from: [16], to: [2, 2, 4] }).forward(tf.zeros([3, 16])) // [3, 2, 2, 4]
 * ```
 */
export class Reshape extends Bijector {
  static readonly type: string = 'reshape'
  readonly from: Shape
  readonly to: Shape
  readonly inputRank: number
  readonly outputRank: number
  readonly cost = { forward: 'closed', inverse: 'closed' } as const

  constructor({ from, to }: ReshapeOptions) {
    super()
    check(sizeOf(from) === sizeOf(to), 'the shapes do not hold equally many values', {
      expected: `${sizeOf(from)} values, as in ${showShape(from)}`,
      received: showShape(to),
    })
    this.from = [...from]
    this.to = [...to]
    this.inputRank = from.length
    this.outputRank = to.length
  }

  static fromConfig(config: Config): Reshape {
    return new Reshape({ from: config.from as Shape, to: config.to as Shape })
  }
  config(): Config {
    return { from: this.from, to: this.to }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, this.from)
    return this.to
  }

  override inputShape(event: Shape): Shape {
    expectEvent(event, this.to)
    return this.from
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    return reshaped(x, this.inputRank, this.to)
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    return reshaped(y, this.outputRank, this.from)
  }
}

function reshaped(x: tf.Tensor, rank: number, event: Shape): Mapped {
  const batch = x.shape.slice(0, x.rank - rank)
  return { value: tf.reshape(x, [...batch, ...event]), logDet: constant(0, batch) }
}
