import {
  Bijector,
  type Build,
  type Call,
  type Config,
  type Cost,
  check,
  describe,
  EbbflowError,
  expectShape,
  type Json,
  located,
  type Mapped,
  type Shape,
  showShape,
  sumEvent,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { worst } from './cost.js'

/** One part of an event and its bijector. */
export interface BlockPart {
  /** How many values of the last axis it takes. */
  size: number
  bijector: Bijector
}

/**
 * Different bijectors on different parts of an event, cut along its last axis: y = (f₁(x₁), …, f_K(x_K)), log|det| = Σ log|det ∂fₖ/∂xₖ|, for x
 * of shape `[...batch, ..., size₁ + … + size_K]`. Each part keeps its shape.
 *
 * @throws EbbflowError `argument` for sizes that are not positive or a bijector that changes ranks; `shape` for another event, or a bijector
 * that does not take its part, or gives it another shape.
 * @example
 * ```ts
 * // a positive value, and two that may be anything
 * const support = new Block([{ size: 1, bijector: new Exp() }, { size: 2, bijector: new Affine({ scale: [2, 3] }) }])
 * ```
 */
export class Block extends Bijector {
  static readonly type: string = 'block'
  readonly parts: readonly BlockPart[]
  readonly inputRank: number
  readonly outputRank: number
  readonly cost: { readonly forward: Cost; readonly inverse: Cost }

  constructor(parts: readonly BlockPart[]) {
    super()
    check(parts.length > 0, 'a block needs at least one part', { expected: 'one part or more', received: 'none' })
    for (const { size, bijector } of parts) {
      check(Number.isInteger(size) && size >= 1, 'a part needs at least one value', {
        expected: 'a whole number of 1 or more',
        received: `${size}`,
      })
      check(bijector.inputRank === bijector.outputRank, 'a part must keep its number of dimensions', {
        expected: `${bijector.inputRank}`,
        received: `${bijector.outputRank}`,
      })
    }
    this.parts = parts.map(({ size, bijector }, i) => ({ size, bijector: this.child(String(i), bijector) }))
    const rank = Math.max(1, ...parts.map(({ bijector }) => bijector.inputRank))
    this.inputRank = rank
    this.outputRank = rank
    this.cost = {
      forward: worst(parts.map(({ bijector }) => bijector.cost.forward)),
      inverse: worst(parts.map(({ bijector }) => bijector.cost.inverse)),
    }
  }

  static fromConfig(config: Config, build: Build): Block {
    const sizes = config.sizes as readonly number[]
    const bijectors = (config.bijectors as readonly Json[]).map((saved) => build(saved) as Bijector)
    return new Block(sizes.map((size, i) => ({ size, bijector: bijectors[i]! })))
  }
  config(): Config {
    return {
      sizes: this.parts.map(({ size }) => size),
      bijectors: this.parts.map(({ bijector }) => describe(bijector)),
    }
  }

  override outputShape(event: Shape): Shape {
    return this.checked(event, (bijector, part) => bijector.outputShape(part))
  }

  override inputShape(event: Shape): Shape {
    return this.checked(event, (bijector, part) => bijector.inputShape(part))
  }

  protected forwardRule(x: tf.Tensor, call: Call): Mapped {
    return this.split(x, (bijector, part) => bijector.forwardAndLogDet(part, call))
  }

  protected inverseRule(y: tf.Tensor, call: Call): Mapped {
    return this.split(y, (bijector, part) => bijector.inverseAndLogDet(part, call))
  }

  private checked(event: Shape, shapeOf: (bijector: Bijector, part: Shape) => Shape): Shape {
    const total = this.parts.reduce((sum, { size }) => sum + size, 0)
    if (event.length !== this.inputRank || event.at(-1) !== total)
      throw new EbbflowError('shape', 'wrong event shape', {
        expected: showShape([...event.slice(0, this.inputRank - 1), total]),
        received: showShape(event),
      })
    for (const { size, bijector } of this.parts) {
      const part = [...event.slice(0, -1), size].slice(event.length - bijector.inputRank)
      try {
        expectShape(shapeOf(bijector, part), part, 'shape of a part, which must be kept')
      } catch (error) {
        throw located(error, bijector)
      }
    }
    return event
  }

  private split(x: tf.Tensor, map: (bijector: Bijector, part: tf.Tensor) => Mapped): Mapped {
    const lead = x.shape.slice(0, -1)
    let at = 0
    const mapped = this.parts.map(({ size, bijector }) => {
      const part = tf.slice(x, [...lead.map(() => 0), at], [...lead, size])
      at += size
      const { value, logDet } = map(bijector, part)
      return { value, logDet: sumEvent(logDet, this.inputRank - bijector.inputRank) }
    })
    return {
      value: tf.concat(
        mapped.map(({ value }) => value),
        x.rank - 1,
      ),
      logDet: mapped.map(({ logDet }) => logDet).reduce((a, b) => tf.add(a, b)),
    }
  }
}
