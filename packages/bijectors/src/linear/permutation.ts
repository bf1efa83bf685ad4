import { Bijector, type Config, check, constant, expectEvent, type Mapped, Rng, type Shape } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { inverseOrder, reorder } from './reorder.js'

/**
 * A fixed reordering of the values of a vector: yᵢ = x at `order[i]`, log|det| = 0, for x of shape `[...batch, D]`.
 *
 * @throws EbbflowError `argument` when `order` is not a permutation of 0 … D − 1.
 * @example
 * ```ts
 * const y = new Permutation([2, 0, 1]).forward(tf.tensor1d([10, 20, 30])) // [30, 10, 20]
 * ```
 */
export class Permutation extends Bijector {
  static readonly type: string = 'permutation'
  readonly order: readonly number[]
  readonly inputRank = 1
  readonly outputRank = 1
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  private readonly back: readonly number[]

  constructor(order: readonly number[]) {
    super()
    const sorted = [...order].sort((a, b) => a - b)
    check(
      sorted.every((n, i) => n === i),
      'not a permutation',
      { expected: `each of 0 … ${order.length - 1} once`, received: `[${order.join(', ')}]` },
    )
    this.order = [...order]
    this.back = inverseOrder(order)
  }

  /** A random permutation of D values, the same for the same seed; never the identity for D > 1. */
  static random(dimensions: number, seed: number | string): Permutation {
    const rng = Rng.seed(seed)
    let order = [...rng.permutation(dimensions)]
    while (dimensions > 1 && order.every((n, i) => n === i)) order = [...rng.permutation(dimensions)]
    return new Permutation(order)
  }

  /** The reversal yᵢ = x_{D−1−i}. */
  static reverse(dimensions: number): Permutation {
    return new Permutation(Array.from({ length: dimensions }, (_, i) => dimensions - 1 - i))
  }

  static fromConfig(config: Config): Permutation {
    return new Permutation(config.order as readonly number[])
  }
  config(): Config {
    return { order: this.order }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, [this.order.length])
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    return { value: reorder(x, this.order, this.back), logDet: constant(0, x.shape.slice(0, -1)) }
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    return { value: reorder(y, this.back, this.order), logDet: constant(0, y.shape.slice(0, -1)) }
  }
}
