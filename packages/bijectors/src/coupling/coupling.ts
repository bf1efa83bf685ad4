import {
  Bijector,
  type Build,
  type Call,
  type Config,
  type Cost,
  check,
  describe,
  expectEvent,
  type Mapped,
  type Shape,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Conditioner } from '../conditioners/conditioner.js'
import { withContext } from '../conditioners/context.js'
import { type Family, rawSize } from '../families/family.js'
import { splitRaw } from '../families/raw.js'

/** How many values a coupling of D values passes through unchanged. */
export const passThrough = (dimensions: number): number => Math.floor(dimensions / 2)

/** Options of {@link Coupling}. */
export interface CouplingOptions {
  /** D, the number of values of an event. */
  dimensions: number
  /** The elementwise maps of the second part. */
  family: Family
  /** From the first part and the context to the raw parameters of the family, laid out one parameter after another. */
  conditioner: Conditioner
  /** d, how many values pass through unchanged. Default ⌊D / 2⌋. */
  split?: number
  /** C, the size of the context. Default 0: none. */
  context?: number
}

/** What the conditioner of a coupling must take and give. */
export const couplingSizes = ({
  dimensions,
  family,
  split = passThrough(dimensions),
  context = 0,
}: Omit<CouplingOptions, 'conditioner'>): { inputs: number; outputs: number } => ({
  inputs: split + context,
  outputs: (dimensions - split) * rawSize(family),
})

/**
 * A coupling layer: y₁ = x₁, y₂ = f(x₂; θ(x₁, context)), log|det| = Σ log|∂f/∂x₂|, for x of shape `[...batch, D]` whose first d values
 * are x₁. With the shifts this is NICE, with the affine maps RealNVP, with splines NSF (Dinh et al. 2014, eq. 9; 2017, eq. 4–6; Durkan
 * et al. 2019, eq. 2). Both directions are closed forms at the cost of one pass through the conditioner.
 *
 * With d = 0 the parameters depend on the context alone. Put permutations between layers, so that every value is changed in its turn.
 *
 * @throws EbbflowError `argument` for sizes that the conditioner does not have, or a context that is missing or of another size.
 * @example
 * ```ts
 * const family = affine()
 * const layer = new Coupling({ dimensions: 2, family, conditioner: new MLP({ inputs: 1, outputs: 2 }) }).init()
 * ```
 */
export class Coupling extends Bijector {
  static readonly type: string = 'coupling'
  readonly dimensions: number
  readonly split: number
  readonly context: number
  readonly family: Family
  readonly conditioner: Conditioner
  readonly inputRank = 1
  readonly outputRank = 1
  readonly cost: { readonly forward: Cost; readonly inverse: Cost }

  constructor(options: CouplingOptions) {
    super()
    const { dimensions, family, conditioner, split = passThrough(dimensions), context = 0 } = options
    check(Number.isInteger(dimensions) && dimensions >= 1, 'a coupling needs at least one value', {
      expected: 'a whole number of 1 or more',
      received: `dimensions ${dimensions}`,
    })
    check(Number.isInteger(split) && split >= 0 && split < dimensions, 'a coupling must change some values', {
      expected: `a split from 0 to ${dimensions - 1}`,
      received: `${split}`,
    })
    check(split + context > 0, 'a coupling without a context must pass some values through', {
      expected: 'two values or more, a context, or an Elementwise layer',
      received: `split ${split}`,
    })
    const { inputs, outputs } = couplingSizes({ dimensions, family, split, context })
    check(conditioner.inputs === inputs && conditioner.outputs === outputs, 'the conditioner does not fit', {
      expected: `${inputs} inputs and ${outputs} outputs`,
      received: `${conditioner.inputs} and ${conditioner.outputs}`,
    })
    this.dimensions = dimensions
    this.split = split
    this.context = context
    this.family = family
    this.cost = { forward: 'closed', inverse: family.inverseCost ?? 'closed' }
    this.conditioner = this.child('conditioner', conditioner)
  }

  static fromConfig(config: Config, build: Build): Coupling {
    return new Coupling({
      dimensions: config.dimensions as number,
      split: config.split as number,
      context: config.context as number,
      family: build(config.family ?? null) as Family,
      conditioner: build(config.conditioner ?? null) as Conditioner,
    })
  }
  config(): Config {
    const { dimensions, split, context } = this
    return { dimensions, split, context, family: describe(this.family), conditioner: describe(this.conditioner) }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, [this.dimensions])
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor, call: Call): Mapped {
    return this.couple(x, call, (parameters, second) => this.family.forward(parameters, second))
  }

  protected inverseRule(y: tf.Tensor, call: Call): Mapped {
    return this.couple(y, call, (parameters, second) => this.family.inverse(parameters, second))
  }

  private couple(x: tf.Tensor, call: Call, map: (p: ReturnType<Family['constrain']>, x: tf.Tensor) => Mapped): Mapped {
    const { split, dimensions } = this
    const lead = x.shape.slice(0, -1)
    const cut = (begin: number, size: number): tf.Tensor => tf.slice(x, [...lead.map(() => 0), begin], [...lead, size])
    const first = cut(0, split)
    const second = split === 0 ? x : cut(split, dimensions - split)
    const raw = this.conditioner.apply(withContext(first, this.context, call), call)
    const parameters = this.family.constrain(splitRaw(this.family, raw, this.dimensions - this.split))
    const { value, logDet } = map(parameters, second)
    return { value: split === 0 ? value : tf.concat([first, value], -1), logDet: tf.sum(logDet, -1) }
  }
}
