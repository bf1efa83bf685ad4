import type * as tf from '@tensorflow/tfjs-core'
import type { EngineParts } from './engine.js'
import { SIZED_BY_NUMBERS, VIEWS } from './recorder.js'

/** A tensor without its numbers. */
export interface Like {
  readonly shape: readonly number[]
  readonly dtype: tf.DataType
}

/** What a kernel was given and gave, without the numbers. */
export interface Call {
  readonly kernel: string
  readonly attrs: object
  readonly inputs: Readonly<Record<string, Like>>
  /** Some have the data of an input. */
  readonly outputs: readonly (Like & { readonly of?: string })[]
  readonly listed: boolean
  /** Its number among all kernel calls. */
  readonly call: number
}

/** Data that depend on inputs or variables. */
export class Live {
  readonly #data = new WeakSet<object>()

  constructor({ registeredVariables }: EngineParts, inputs: readonly tf.Tensor[]) {
    for (const { dataId } of [...Object.values(registeredVariables), ...inputs]) this.#data.add(dataId)
  }

  has({ dataId }: tf.Tensor): boolean {
    return this.#data.has(dataId)
  }

  /** Whether a kernel's results depend on them. */
  reach(inputs: tf.NamedTensorMap): boolean {
    for (const name in inputs) if (inputs[name] && this.#data.has(inputs[name].dataId)) return true
    return false
  }

  add({ dataId }: tf.Tensor): void {
    this.#data.add(dataId)
  }
}

export const likeOf = ({ shape, dtype }: tf.Tensor): Like => ({ shape, dtype })

export function likesOf(inputs: tf.NamedTensorMap): Record<string, Like> {
  const likes: Record<string, Like> = {}
  for (const name in inputs) if (inputs[name]) likes[name] = likeOf(inputs[name])
  return likes
}

/** The kernel calls of a run whose results depend on inputs or variables, but for those that give data another shape only. */
export class CallLog {
  readonly #live: Live
  readonly #aliases = new WeakMap<object, object>()
  readonly #calls: Call[] = []
  #count = 0
  #known = true

  constructor(engine: EngineParts, inputs: readonly tf.Tensor[]) {
    this.#live = new Live(engine, inputs)
  }

  /** Data that hold the same numbers as others. */
  alias(fresh: object, source: object): void {
    this.#aliases.set(fresh, source)
  }

  add(kernel: string, attrs: object, inputs: tf.NamedTensorMap, given: tf.Tensor | tf.Tensor[]): void {
    const call = this.#count++
    if (!this.#live.reach(inputs)) return
    const listed = Array.isArray(given)
    const outputs = listed ? given : [given]
    for (const output of outputs) this.#live.add(output)
    if (VIEWS.has(kernel)) return
    if (SIZED_BY_NUMBERS.test(kernel)) this.leave()
    const sources = outputs.map((output) => ({ ...likeOf(output), ...this.#source(output, inputs) }))
    this.#calls.push({ kernel, attrs, inputs: likesOf(inputs), outputs: sources, listed, call })
  }

  #source({ dataId }: tf.Tensor, inputs: tf.NamedTensorMap): { of?: string } {
    for (let at: object | undefined = dataId; at; at = this.#aliases.get(at))
      for (const of in inputs) if (inputs[of]?.dataId === at) return { of }
    return {}
  }

  /** Something ran that is more than a kernel call. */
  leave(): void {
    this.#known = false
  }

  /** Undefined where they do not tell all of the run. */
  get calls(): readonly Call[] | undefined {
    return this.#known ? this.#calls : undefined
  }
}
