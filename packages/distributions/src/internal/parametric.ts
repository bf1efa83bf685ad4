import {
  broadcastShapes,
  type Config,
  check,
  constant,
  Distribution,
  EbbflowError,
  type Json,
  type Shape,
  Slot,
  showShape,
  type TensorLike,
  tensor,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Constraint } from './constraint.js'
import { type Numbers, numbersOf, toJson } from './numbers.js'

/**
 * What a distribution's parameter may be given as: a number, nested numbers, a typed array, a tensor (which stays the caller's and is
 * read at each call) or the slot of another module.
 */
export type Parameter = TensorLike | Slot

/** Which parameters training changes: all, none, or those named. */
export type Learnable = boolean | readonly string[]

/** Options that every distribution with parameters takes. */
export interface LearnableOptions {
  /**
   * Makes the parameters trainable (`init` gives them the values they were made with, to the bit). One without constraint is stored
   * under its own name; a positive one as the logarithm of its ratio to the starting value, under `raw` and its name (`rawScale`).
   */
  learnable?: Learnable
}

/** A parameter with its constraint, as subclasses declare it. */
export type Declared = readonly [given: Parameter, constraint: Constraint]

interface Held {
  readonly constraint: Constraint
  readonly shape: Shape
  /** What `read` looks at: own numbers, the caller's tensor or slot. */
  readonly source: Numbers | tf.Tensor | Slot
  /** The trained tensor of a learnable parameter. */
  readonly raw: Slot | undefined
}

/** A distribution with parameters that broadcast to its batch shape; scalar events unless a subclass says otherwise. */
export abstract class Parametric<Name extends string> extends Distribution {
  readonly eventShape: Shape
  readonly batchShape: Shape
  /** Those that were declared. */
  protected readonly held: Readonly<Partial<Record<Name, Held>>>
  protected readonly learnable: readonly Name[]

  /** `shapes` tells the event's shape and a batch that the parameters broadcast with, both `[]` unless given. */
  protected constructor(
    declared: Readonly<Partial<Record<Name, Declared>>>,
    learnable: Learnable = false,
    shapes: { readonly event?: Shape; readonly batch?: Shape } = {},
  ) {
    super()
    this.eventShape = shapes.event ?? []
    const names = Object.keys(declared) as Name[]
    if (Array.isArray(learnable))
      for (const name of learnable)
        check(names.includes(name), 'no such parameter to learn', { expected: names.join(', '), received: name })
    const learns = (name: Name): boolean => (Array.isArray(learnable) ? learnable.includes(name) : learnable === true)
    this.learnable = names.filter(learns)
    let batch: Shape = shapes.batch ?? []
    const held = names.map((name): [Name, Held] => {
      const [given, constraint] = declared[name]!
      const one = this.hold(name, given, constraint, learns(name))
      if (one.shape.length < one.constraint.rank)
        throw new EbbflowError('shape', `${name} has too few dimensions`, {
          expected: `at least ${one.constraint.rank}`,
          received: showShape(one.shape),
        })
      batch = broadcastShapes(batch, one.shape.slice(0, one.shape.length - one.constraint.rank))
      return [name, one]
    })
    this.held = Object.fromEntries(held) as Partial<Record<Name, Held>>
    this.batchShape = batch
  }

  private hold(name: Name, given: Parameter, constraint: Constraint, learns: boolean): Held {
    if (given instanceof Slot || (given instanceof tf.Tensor && !learns)) {
      check(!(given instanceof Slot && learns), `${name} is a slot already, and learnable where it is declared`)
      return { constraint, shape: given.shape, source: given, raw: undefined }
    }
    const numbers = numbersOf(given as TensorLike)
    constraint.check(name, numbers)
    const raw = learns
      ? this.param(constraint.rawName(name), numbers.shape, () => constraint.raw(tensor(numbers.values, numbers.shape)))
      : undefined
    return { constraint, shape: numbers.shape, source: numbers, raw }
  }

  /** The present value of a parameter, within a rule. */
  protected read(name: Name): tf.Tensor {
    const { source, raw, constraint } = this.held[name]!
    if (source instanceof tf.Tensor) return source
    if (source instanceof Slot) return source.value
    const start = tensor(source.values, source.shape)
    return raw ? constraint.value(raw.value, start) : start
  }

  /** The present value of a parameter: a tensor of the caller's. */
  parameter(name: Name): tf.Tensor {
    return tf.tidy(() => tf.clone(this.read(name)))
  }

  /** x spread over the batch, for values that do not depend on every parameter. */
  protected overBatch(x: tf.Tensor, event: Shape = []): tf.Tensor {
    return tf.add(x, constant(0, [...this.batchShape, ...event]))
  }

  /** The options it was made with; the values of trained parameters are saved apart. */
  config(): Config {
    const out: Record<string, Json> = {}
    for (const name of Object.keys(this.held) as Name[]) {
      const { source } = this.held[name]!
      const value = source instanceof Slot ? source.value : source
      out[name] = toJson(value instanceof tf.Tensor ? numbersOf(value) : value)
    }
    if (this.learnable.length > 0) out.learnable = [...this.learnable]
    return out
  }
}
