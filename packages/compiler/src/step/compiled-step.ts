import { check, type Shape, type Slot, sizeOf } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { explain } from '../explain.js'
import type { Regions } from '../regions.js'
import type { ThreadPool } from '../threads/pool.js'
import type { Machine } from './machine.js'
import type { AdamSettings, StepOptimiser, StepOptions, StepOutcome } from './options.js'

/**
 * A training step as one program: loss, gradients, clipping and update. Parameters and moments live in the program's memory; `sync` writes
 * them back to the slots and the optimiser, and what is assigned to a slot in between is read anew.
 */
export class CompiledStep {
  readonly #make: (threads?: ThreadPool) => Machine
  #machine: Machine
  readonly #regions: Regions
  readonly #options: StepOptions
  readonly #states: readonly Slot[]
  readonly #extras: number
  readonly #shapes: readonly Shape[]
  readonly #seen = new Map<Slot, tf.DataId>()
  #step: number
  #ahead = false

  /** @internal */
  constructor(
    machine: Machine,
    make: (threads?: ThreadPool) => Machine,
    regions: Regions,
    options: StepOptions,
    states: readonly Slot[],
    extras: number,
  ) {
    this.#make = make
    this.#machine = machine
    this.#regions = regions
    this.#options = options
    this.#states = states
    this.#extras = extras
    this.#shapes = options.examples.map(({ shape }) => shape)
    this.#step = -1
  }

  /** Whether it takes a batch of these shapes. */
  accepts(shapes: readonly Shape[]): boolean {
    return shapes.length === this.#shapes.length && shapes.every((shape, i) => `${shape}` === `${this.#shapes[i]}`)
  }

  /** One step on a batch, given as flat arrays. */
  run(inputs: readonly ArrayLike<number>[], learningRate: number): StepOutcome {
    const { optimiser, clipNorm = Number.POSITIVE_INFINITY } = this.#options
    const machine = this.#machine
    check(inputs.length === this.#shapes.length, 'a step takes as many inputs as its examples')
    for (const [i, values] of inputs.entries()) {
      check(values.length === sizeOf(this.#shapes[i]!), `input ${i} of a step must have its example's size`)
      machine.setInput(i, values)
    }
    this.#refresh()
    machine.evaluate()
    const loss = machine.peek(0)[0]!
    const gradientNorm = Number.isFinite(loss) ? machine.norm() : Number.NaN
    const first = 1 + this.#options.parameters.size
    const extras = Array.from({ length: this.#extras }, (_, i) => machine.peek(first + i)[0]!)
    if (!Number.isFinite(gradientNorm)) return { loss, extras, gradientNorm }
    const scale = gradientNorm > clipNorm ? clipNorm / gradientNorm : 1
    try {
      if (optimiser.settings) this.#adam(optimiser.settings, learningRate, scale)
      else this.#beside(optimiser, learningRate, scale)
    } catch (error) {
      // an update that stopped half way is nobody's: what was written back last holds
      this.#ahead = false
      throw error
    }
    this.#ahead = true
    for (const [i, slot] of this.#states.entries()) tf.tidy(() => slot.assign(machine.output(first + this.#extras + i)))
    return { loss, extras, gradientNorm }
  }

  #adam({ beta1, beta2, epsilon, weightDecay }: AdamSettings, learningRate: number, scale: number): void {
    this.#step += 1
    const rate = learningRate / (1 - beta1 ** this.#step)
    const root = 1 / Math.sqrt(1 - beta2 ** this.#step)
    this.#machine.update({ scale, beta1, beta2, rate, root, epsilon, keep: 1 - learningRate * weightDecay })
  }

  #beside(optimiser: StepOptimiser, learningRate: number, scale: number): void {
    optimiser.begin(learningRate)
    for (const { path, at, length } of this.#regions.places) {
      const values = this.#floats(at, length)
      optimiser.apply(path, values, this.#floats(at + this.#regions.bytes, length), scale, values)
    }
  }

  #floats(at: number, length: number): Float32Array {
    return this.#machine.floats(at, length)
  }

  /** Reads what has been changed from outside. */
  #refresh(): void {
    const { parameters, optimiser } = this.#options
    for (const { path, at, length } of this.#regions.places) {
      const slot = parameters.get(path)!
      const { value } = slot
      if (this.#seen.get(slot) === value.dataId) continue
      this.#floats(at, length).set(value.dataSync() as Float32Array)
      this.#seen.set(slot, value.dataId)
      this.#machine.adopt(value as tf.Variable)
    }
    if (!optimiser.settings || optimiser.step === this.#synced) return
    const { vectors } = optimiser.state()
    for (const { path, at, length } of this.#regions.places)
      for (const [i, name] of MOMENTS.entries()) {
        const target = this.#floats(at + (2 + i) * this.#regions.bytes, length)
        const vector = vectors[`${name}:${path}`]
        if (vector) target.set(vector)
        else target.fill(0)
      }
    this.#step = optimiser.step
    this.#synced = optimiser.step
  }

  /** The optimiser's step at which its state and the program's were the same. */
  #synced = -1

  /** Writes the parameters to their slots, and the moments to the optimiser. */
  sync(): void {
    if (!this.#ahead) return
    const { parameters, optimiser } = this.#options
    tf.tidy(() => {
      for (const { path, at, length } of this.#regions.places) {
        const slot = parameters.get(path)!
        slot.assign(tf.tensor(this.#floats(at, length).slice(), [...slot.shape], 'float32'))
        this.#seen.set(slot, slot.value.dataId)
        this.#machine.adopt(slot.value as tf.Variable)
      }
    })
    if (optimiser.settings) {
      const entries = this.#regions.places.flatMap(({ path, at, length }) =>
        MOMENTS.map((name, i) => [`${name}:${path}`, this.#floats(at + (2 + i) * this.#regions.bytes, length).slice()]),
      )
      optimiser.load({ kind: optimiser.kind, step: this.#step, vectors: Object.fromEntries(entries) })
      this.#synced = this.#step
    }
    this.#ahead = false
  }

  /** Parts of the batch whose sums are added up, and which threads may share; 1 where its rows hang together, or are few. */
  get parts(): number {
    return this.#machine.parts
  }

  /** Lets threads share the batch from now on. The numbers stay the same, to the bit. */
  share(threads: ThreadPool): void {
    if (this.parts === 1) return
    // the new memory is filled from what is written back
    this.sync()
    this.#machine.dispose()
    this.#machine = this.#make(threads)
    this.#seen.clear()
    this.#synced = -1
  }

  /** Lets threads forget it; it makes no more steps. */
  dispose(): void {
    this.#machine.dispose()
  }

  /** Planned memory in bytes: parameters, gradients, moments and everything between. */
  get memoryBytes(): number {
    return this.#machine.description.plan.bytes
  }

  /** Of these, what holds values that are computed of rows, and are gone after the step: what `reversible` calls keep small. */
  get activationBytes(): number {
    return this.#machine.activationBytes
  }

  /** A table for people: nodes after each pass, what runs with the time of each kernel, and memory. Runs the program to time it. */
  explain(): string {
    return explain(this.#machine.description)
  }
}

const MOMENTS = ['m', 'v'] as const
