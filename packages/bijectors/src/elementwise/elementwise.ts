import {
  Bijector,
  type Build,
  type Config,
  type Cost,
  describe,
  expectEvent,
  initialisers,
  type Mapped,
  type Shape,
  type Slot,
  sumEvent,
} from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import type { Family, FamilyParameters } from '../families/family.js'

/** Options of {@link Elementwise}. */
export interface ElementwiseOptions {
  family: Family
  /** Shape of an event: one map of the family for each of its values. */
  shape: Shape
}

/**
 * A family's map on each value of an event, with parameters of its own: yᵢ = f(xᵢ; pᵢ), log|det| = Σ log|∂f/∂xᵢ|, for x of shape
 * `[...batch, ...shape]`. Starts as the identity.
 *
 * @example
 * ```ts
 * const marginals = new Elementwise({ family: rationalQuadratic(), shape: [3] }).init()
 * ```
 */
export class Elementwise extends Bijector {
  static readonly type: string = 'elementwise'
  readonly family: Family
  readonly shape: Shape
  readonly inputRank: number
  readonly outputRank: number
  readonly cost: { readonly forward: Cost; readonly inverse: Cost }
  private readonly raw: Readonly<Record<string, Slot>>

  constructor({ family, shape }: ElementwiseOptions) {
    super()
    this.family = family
    this.shape = [...shape]
    this.inputRank = shape.length
    this.outputRank = shape.length
    this.cost = { forward: 'closed', inverse: family.inverseCost ?? 'closed' }
    this.raw = Object.fromEntries(
      Object.entries(family.shapes).map(([name, own]) => [
        name,
        this.param(name, [...shape, ...own], initialisers.filled(family.identity[name] ?? 0)),
      ]),
    )
  }

  static fromConfig(config: Config, build: Build): Elementwise {
    return new Elementwise({ family: build(config.family ?? null) as Family, shape: config.shape as Shape })
  }
  config(): Config {
    return { family: describe(this.family), shape: this.shape }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, this.shape)
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    return this.summed(this.family.forward(this.parametersOfFamily(), x))
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    return this.summed(this.family.inverse(this.parametersOfFamily(), y))
  }

  private parametersOfFamily(): FamilyParameters {
    return this.family.constrain(Object.fromEntries(Object.entries(this.raw).map(([name, slot]) => [name, slot.value])))
  }

  private summed({ value, logDet }: Mapped): Mapped {
    return { value, logDet: sumEvent(logDet, this.shape.length) }
  }
}
