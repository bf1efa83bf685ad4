import {
  Bijector,
  type Config,
  check,
  constant,
  expectEvent,
  initialisers,
  type Mapped,
  type Shape,
  type Slot,
} from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { asRows, fromRows } from '../conditioners/rows.js'
import { reflect } from './reflections.js'

/** Options of {@link Householder}. */
export interface HouseholderOptions {
  /** D, the number of values of an event. */
  dimensions: number
  /** K, the number of reflections. Default D, with which every orthogonal matrix of determinant (−1)ᴰ can be reached. */
  reflections?: number
}

/**
 * A learned orthogonal matrix, the product of K Householder reflections: y = H₁ H₂ … H_K x, Hₖ = I − 2 vₖ vₖᵀ / ‖vₖ‖², log|det| = 0, for x of
 * shape `[...batch, D]` (Tomczak & Welling 2016, arXiv 1611.09630, eq. 11). Both directions are closed forms of cost K D an event.
 *
 * @throws EbbflowError `shape` for another event.
 * @example
 * ```ts
 * const layer = new Householder({ dimensions: 3, reflections: 2 }).init({ seed: 1 })
 * const y = layer.forward(tf.tensor1d([1, 2, 3])) // of the same norm
 * ```
 */
export class Householder extends Bijector {
  static readonly type: string = 'householder'
  readonly dimensions: number
  readonly reflections: number
  readonly inputRank = 1
  readonly outputRank = 1
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  private readonly vectors: Slot

  constructor({ dimensions, reflections = dimensions }: HouseholderOptions) {
    super()
    for (const [name, n] of Object.entries({ dimensions, reflections }))
      check(Number.isInteger(n) && n >= 1, `${name} must be a positive whole number`, {
        expected: 'a whole number of 1 or more',
        received: `${n}`,
      })
    this.dimensions = dimensions
    this.reflections = reflections
    this.vectors = this.param('vectors', [reflections, dimensions], initialisers.normal(1))
  }

  static fromConfig(config: Config): Householder {
    return new Householder({ dimensions: config.dimensions as number, reflections: config.reflections as number })
  }
  config(): Config {
    return { dimensions: this.dimensions, reflections: this.reflections }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, [this.dimensions])
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    return this.rotated(x, false)
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    return this.rotated(y, true)
  }

  private rotated(x: tf.Tensor, transpose: boolean): Mapped {
    const rows = reflect(asRows(x, this.dimensions), this.vectors.value, transpose)
    return { value: fromRows(rows, x), logDet: constant(0, x.shape.slice(0, -1)) }
  }
}
