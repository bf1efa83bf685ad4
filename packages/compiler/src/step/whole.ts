import type * as tf from '@tensorflow/tfjs-core'
import type { Description } from '../build.js'
import { emitAdam, emitNorm } from '../emit/optimiser.js'
import type { Numbers } from '../memory.js'
import { Program } from '../program.js'
import { type AdamRates, adamArguments, type Machine } from './machine.js'
import { type Squares, type Stretch, squaresOf, updatesOf } from './parts.js'
import type { StepSource } from './source.js'

/** A step on the whole batch at once. */
export class WholeMachine implements Machine {
  readonly parts = 1
  readonly #program: Program
  readonly #squares: readonly Squares[]
  readonly #updates: readonly Stretch[]

  constructor({ optimised, variables, regions, pinned, decays, rows }: StepSource) {
    this.#program = new Program(optimised, variables, {
      reserved: regions.end,
      ...(rows !== undefined && { rows }),
      pinned,
      extend: (module) => {
        emitNorm(module)
        emitAdam(module, regions)
      },
    })
    this.#squares = squaresOf(regions, 1).flat()
    this.#updates = updatesOf(regions, decays, 1).flat()
  }

  get description(): Description {
    return this.#program.built
  }

  get activationBytes(): number {
    const { bytes, lasting } = this.#program.built.plan
    return bytes - lasting
  }

  setInput(index: number, values: ArrayLike<number>): void {
    this.#program.setInput(index, values)
  }

  evaluate(): void {
    this.#program.execute()
  }

  norm(): number {
    const { norm2 } = this.#program.built.exports
    let sum = 0
    for (const { at, vectors, left } of this.#squares) sum += norm2!(at, vectors, left)
    return Math.sqrt(sum)
  }

  update(rates: AdamRates): void {
    const { adam } = this.#program.built.exports
    for (const { at, vectors, decaying } of this.#updates) adam!(at, vectors, ...adamArguments(rates, decaying))
  }

  peek(i: number): Numbers {
    return this.#program.peek(i)
  }

  output(i: number): tf.Tensor {
    return this.#program.output(i)
  }

  floats(at: number, length: number): Float32Array {
    return this.#program.built.memory.floats(at, length)
  }

  adopt(variable: tf.Variable): void {
    this.#program.adopt(variable)
  }

  dispose(): void {}
}
