import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../errors.js'
import type { Rng } from '../random/index.js'
import { expectShape, type Shape } from '../shape.js'

/** Makes the initial value of a parameter or a state of shape `shape`. */
export type Initialiser = (shape: Shape, rng: Rng) => tf.Tensor

/** What a slot holds: a parameter is trained, a state (such as a running moment) is only saved. */
export type SlotKind = 'parameter' | 'state'

/** Slots in whose place other values stand. */
let replaced = 0

/** Whether values stand in the place of some parameters or states, within {@link Module.withParameters}. */
export const areParametersReplaced = (): boolean => replaced > 0

/** A named tensor of a module, made by an explicit `init`, replaceable within {@link Module.withParameters}. */
export class Slot {
  readonly kind: SlotKind
  readonly shape: Shape
  readonly initialiser: Initialiser
  /** Whether `fit` changes it. */
  trainable: boolean
  #variable: tf.Variable | undefined
  #override: tf.Tensor | undefined

  constructor(kind: SlotKind, shape: Shape, initialiser: Initialiser) {
    this.kind = kind
    this.shape = [...shape]
    this.initialiser = initialiser
    this.trainable = kind === 'parameter'
  }

  /** Whether it has a value. */
  get initialised(): boolean {
    return this.#variable !== undefined
  }

  /** Its value: the module's own, or the one in its place within `withParameters`. Never dispose of it. */
  get value(): tf.Tensor {
    const value = this.#override ?? this.#variable
    if (!value)
      throw new EbbflowError('not-initialised', 'a parameter has no value yet', {
        expected: 'init({ seed }) or load to be called first',
      })
    return value
  }

  /** Replaces the value by a copy of `value`, which must have the slot's shape. */
  assign(value: tf.Tensor): void {
    expectShape(value.shape, this.shape, 'parameter shape')
    if (this.#variable) {
      // assigning shares the data by reference count; the variable keeps its identity
      this.#variable.assign(value)
    } else {
      const copy = tf.clone(value)
      this.#variable = tf.variable(copy, true)
      copy.dispose()
    }
  }

  /** Puts `value` in the slot's place until called with what it returned. */
  override(value: tf.Tensor | undefined): tf.Tensor | undefined {
    if (value) expectShape(value.shape, this.shape, 'parameter shape')
    const before = this.#override
    this.#override = value
    replaced += (value ? 1 : 0) - (before ? 1 : 0)
    return before
  }

  /** A slot of its own with the same shape, initialiser and a copy of the value. */
  clone(): Slot {
    const copy = new Slot(this.kind, this.shape, this.initialiser)
    copy.trainable = this.trainable
    if (this.#variable) copy.assign(this.#variable)
    return copy
  }

  /** Frees its value; `init` makes a new one. */
  dispose(): void {
    this.#variable?.dispose()
    this.#variable = undefined
  }
}
