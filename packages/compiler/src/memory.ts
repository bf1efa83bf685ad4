import { type Shape, sizeOf } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Graph, ValueId } from './graph.js'
import type { Repeated, Sweeping } from './passes/fuse.js'
import type { Plan } from './passes/plan.js'

/** Numbers as programs hold them. */
export type Numbers = Float32Array | Int32Array

const PAGE = 65536
/** Bytes behind the last value that vectors may read beyond it. */
export const SLACK = 64

/** Memory of a program's own, of a size that stays; threads share it where they are to. */
export function memoryOf(bytes: number, shared = false): WebAssembly.Memory {
  const pages = pagesFor(bytes)
  return new WebAssembly.Memory({ initial: pages, maximum: pages, ...(shared && { shared }) })
}

/** Pages that hold so many bytes, and what vectors may read beyond them. */
export const pagesFor = (bytes: number): number => Math.ceil((bytes + SLACK) / PAGE)

/** The values of a graph in memory, at the places that were planned. */
export class Memory {
  readonly wasm: WebAssembly.Memory
  readonly #graph: Graph
  readonly #address: ReadonlyMap<ValueId, number>
  readonly #bodies: Plan['bodies']
  /** Where the first iteration that leaves rows open writes which it is. */
  readonly failure: number | undefined

  constructor(
    graph: Graph,
    { address, bodies = new Map(), failure }: Pick<Plan, 'address'> & Partial<Plan>,
    wasm: WebAssembly.Memory,
  ) {
    this.failure = failure
    this.#bodies = bodies
    this.#graph = graph
    this.#address = address
    this.wasm = wasm
  }

  /** The values of a body. */
  within(operation: Repeated | Sweeping): Memory {
    return new Memory(operation.body.graph, this.#bodies.get(operation)!, this.wasm)
  }

  /** Writes the constants. */
  initialise(): this {
    for (const id of this.#address.keys()) {
      const { origin, dtype, shape } = this.#graph.values[id]!
      if (origin.kind === 'constant') this.#view(id, dtype, shape).set(origin.data)
      else if (origin.kind === 'filled') this.#view(id, dtype, shape).fill(origin.fill)
    }
    for (const operation of this.#bodies.keys()) this.within(operation).initialise()
    return this
  }

  /** Floats at an address. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.wasm.buffer, address, length)
  }

  /** As many numbers at an address, of the kind of those given. */
  numbersAt(address: number, like: ArrayLike<number>): Numbers {
    if (like instanceof Int32Array) return new Int32Array(this.wasm.buffer, address, like.length)
    return this.floats(address, like.length)
  }

  #view(id: ValueId, dtype: tf.DataType, shape: Shape): Numbers {
    const address = this.#address.get(id)!
    const length = sizeOf(shape)
    return dtype === 'int32' ? new Int32Array(this.wasm.buffer, address, length) : this.floats(address, length)
  }

  /** The numbers of a value where they are; truth values are floats 0 and 1. */
  values(id: ValueId): Numbers {
    const { dtype, shape } = this.#graph.values[id]!
    return this.#view(id, dtype, shape)
  }

  /** Copies a tensor's numbers to a value's place. */
  write(id: ValueId, tensor: tf.Tensor): void {
    this.values(id).set(tensor.dataSync() as Float32Array)
  }

  /** A tensor with a copy of a value's numbers. */
  tensor(id: ValueId, shape: Shape): tf.Tensor {
    return tensorOf(this.values(id).slice(), shape, this.#graph.values[id]!.dtype)
  }
}

/** A tensor of numbers as programs hold them, which it may keep. */
export function tensorOf(values: Numbers, shape: Shape, dtype: tf.DataType): tf.Tensor {
  if (dtype === 'bool')
    return tf.tensor(
      Uint8Array.from(values, (v) => (v === 0 ? 0 : 1)),
      [...shape],
      'bool',
    )
  return tf.tensor(values, [...shape], dtype as 'float32' | 'int32')
}
