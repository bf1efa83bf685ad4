import { sameShape } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import type { EngineParts } from './engine.js'
import { SIZED_BY_NUMBERS, VIEWS } from './recordable.js'

/** What a kernel was given and gave: tensors that may be gone, of which shapes and types are left. */
export interface Call {
  readonly kernel: string
  readonly attrs: tf.NamedAttrMap
  readonly inputs: tf.NamedTensorMap
  readonly given: tf.Tensor | tf.Tensor[]
  /** The names of the inputs whose data its outputs have; undefined where all have data of their own. */
  readonly shared: readonly (string | undefined)[] | undefined
  /** Its number among all kernel calls. */
  readonly call: number
}

/** Whether kernels are given tensors of the same shapes and types. */
export function alike(a: tf.NamedTensorMap, b: tf.NamedTensorMap): boolean {
  for (const name in a) {
    const [one, other] = [a[name], b[name]]
    if (one === other) continue
    if (!one || !other || one.dtype !== other.dtype || !sameShape(one.shape, other.shape)) return false
  }
  for (const name in b) if (b[name] && !a[name]) return false
  return true
}

/** Data that depend on inputs or variables. */
export class Live {
  readonly #data = new Set<object>()

  constructor({ registeredVariables }: EngineParts, inputs: readonly tf.Tensor[]) {
    for (const { dataId } of [...Object.values(registeredVariables), ...inputs]) this.#data.add(dataId)
  }

  /** Whether a kernel's results depend on them. */
  reach(inputs: tf.NamedTensorMap): boolean {
    for (const name in inputs) {
      const input = inputs[name]
      if (input && this.#data.has(input.dataId)) return true
    }
    return false
  }

  add({ dataId }: tf.Tensor): void {
    this.#data.add(dataId)
  }
}

/** The kernel calls of a run whose results depend on inputs or variables, but for those that give data another shape only. */
export class CallLog {
  readonly #live: Live
  readonly #aliases = new Map<object, object>()
  readonly #calls: Call[] = []
  #count = 0
  #known = true

  constructor(engine: EngineParts, inputs: readonly tf.Tensor[]) {
    this.#live = new Live(engine, inputs)
  }

  /** Data that hold the same numbers as others. */
  alias(fresh: object, source: object): void {
    if (fresh !== source) this.#aliases.set(fresh, source)
  }

  add(kernel: string, attrs: tf.NamedAttrMap, inputs: tf.NamedTensorMap, given: tf.Tensor | tf.Tensor[]): void {
    const call = this.#count++
    if (!this.#live.reach(inputs)) return
    if (Array.isArray(given)) for (const output of given) this.#live.add(output)
    else this.#live.add(given)
    if (VIEWS.has(kernel)) return
    if (SIZED_BY_NUMBERS.test(kernel)) this.leave()
    this.#calls.push({ kernel, attrs, inputs, given, shared: this.#shared(given, inputs), call })
  }

  #shared(given: tf.Tensor | tf.Tensor[], inputs: tf.NamedTensorMap): Call['shared'] {
    if (!Array.isArray(given)) {
      const of = this.#source(given, inputs)
      return of === undefined ? undefined : [of]
    }
    const sources = given.map((output) => this.#source(output, inputs))
    return sources.every((of) => of === undefined) ? undefined : sources
  }

  #source({ dataId }: tf.Tensor, inputs: tf.NamedTensorMap): string | undefined {
    for (let at: object | undefined = dataId; at; at = this.#aliases.get(at))
      for (const name in inputs) if (inputs[name]?.dataId === at) return name
    return undefined
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
