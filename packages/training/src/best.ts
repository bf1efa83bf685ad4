import type { Module } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { OptimiserState } from './optimiser/optimiser.js'

/** The best values of a model so far, parameters and states, by path, and the optimiser's state that goes with them. */
export class Best {
  readonly #module: Module
  readonly #values = new Map<string, tf.Tensor>()
  /** The step after which they were taken. */
  step = 0
  /** Their validation NLL. */
  nll = Number.POSITIVE_INFINITY
  /** Training NLL of the steps that led to them. */
  trainNll = Number.NaN
  optimiser: OptimiserState | undefined

  constructor(module: Module) {
    this.#module = module
  }

  /** Whether anything has been taken. */
  get taken(): boolean {
    return this.#values.size > 0
  }

  /** Takes the module's present values. An update replaces values and never writes into them, so that sharing them is enough. */
  take(step: number, nll: number, trainNll: number, optimiser: OptimiserState): void {
    this.free()
    for (const [path, slot] of this.#module.slots()) this.#values.set(path, tf.keep(tf.clone(slot.value)))
    this.step = step
    this.nll = nll
    this.trainNll = trainNll
    this.optimiser = optimiser
  }

  /** Gives the module the values back. */
  restore(): void {
    const slots = this.#module.slots()
    for (const [path, value] of this.#values) slots.get(path)?.assign(value)
  }

  free(): void {
    for (const value of this.#values.values()) value.dispose()
    this.#values.clear()
  }
}
