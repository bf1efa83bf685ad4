import type { Control } from './control.js'
import type { Exports, Work } from './work.js'

/** Some bytes of the batch, and where a block has them. */
export interface Copy {
  readonly from: number
  readonly to: number
  readonly bytes: number
}

/** A block of rows: what it reads of the batch, and the driver that computes its sums. */
export interface Block {
  readonly index: number
  readonly copies: readonly Copy[]
  readonly driver: string
  /** What the driver is given: by how many bytes memory has moved for it. */
  readonly moves: readonly number[]
}

/** The blocks whose sums are added up one after another. */
export interface Lane {
  readonly blocks: readonly Block[]
  /** Where one block's sums lie, and where they are added up; the same place where there is one block alone. */
  readonly sums: { readonly from: number; readonly to: number; readonly bytes: number }
  /** Where an iteration that fails has written its number, before that of the block; undefined where there is none. */
  readonly failure: number | undefined
}

interface Vectors {
  readonly vectors: number
}

/**
 * A step that threads share. The batch is parted into lanes by its own size, whatever threads there are; a thread takes every so manieth lane, and
 * its part of all that is parted by lanes, so that the numbers are the same for any number of threads.
 */
export interface StepJob {
  readonly kind: 'step'
  readonly lanes: readonly Lane[]
  /** Sums of lanes to be added up, by lane. */
  readonly sums: readonly (readonly (Vectors & { readonly from: number; readonly to: number })[])[]
  /** Gradients to be squared, by lane, and where the sums of their squares go. */
  readonly squares: readonly (readonly (Vectors & { readonly at: number; readonly left: number })[])[]
  readonly norms: number
  /** Parameters to be updated, by lane, and where the numbers for that lie: first for those that do not decay. */
  readonly updates: readonly (readonly (Vectors & { readonly at: number; readonly decaying: boolean })[])[]
  readonly rates: number
}

/** What there is to do, one after another; the thread that gives the commands does more in between. */
export const TASKS = { sums: 0, squares: 1, update: 2 } as const

/** Numbers for an update behind address and length. */
export const RATES = 9

export class StepWork implements Work {
  readonly #job: StepJob
  readonly #exports: Exports
  readonly #bytes: Uint8Array
  readonly #words: Int32Array
  readonly #norms: Float64Array
  readonly #rates: Float64Array

  constructor(job: StepJob, exports: Exports, memory: WebAssembly.Memory) {
    this.#job = job
    this.#exports = exports
    this.#bytes = new Uint8Array(memory.buffer)
    this.#words = new Int32Array(memory.buffer)
    this.#norms = new Float64Array(memory.buffer, job.norms, job.lanes.length)
    this.#rates = new Float64Array(memory.buffer, job.rates, 2 * RATES)
  }

  run(control: Control, index: number, task: number): void {
    this.#task(task, index, control.size, () => control.pulse())
    control.barrier()
    if (task !== TASKS.sums) return
    // sums may be added up when all lanes have theirs
    this.#combine(index, control.size)
    control.barrier()
  }

  /** A task without other threads. */
  alone(task: number): void {
    this.#task(task, 0, 1, () => {})
    if (task === TASKS.sums) this.#combine(0, 1)
  }

  /** The norm of the gradients, when they have been squared. */
  get norm(): number {
    return Math.sqrt(this.#norms.reduce((a, b) => a + b, 0))
  }

  /** Sets the numbers of the next update. */
  set rates(rates: readonly number[]) {
    this.#rates.set(rates)
  }

  #task(task: number, index: number, threads: number, pulse: () => void): void {
    for (let lane = index; lane < this.#job.lanes.length; lane += threads) {
      if (task === TASKS.sums) this.#lane(this.#job.lanes[lane]!, pulse)
      else if (task === TASKS.squares) this.#square(lane)
      else this.#update(lane)
    }
  }

  #lane({ blocks, sums, failure }: Lane, pulse: () => void): void {
    const bytes = this.#bytes
    const apart = sums.from !== sums.to
    const word = failure === undefined ? undefined : failure / 4
    if (apart) bytes.fill(0, sums.to, sums.to + sums.bytes)
    for (const { index, copies, driver, moves } of blocks) {
      // what has failed is left as it is, to be looked at
      if (word !== undefined && this.#words[word] !== 0) return
      for (const copy of copies) bytes.copyWithin(copy.to, copy.from, copy.from + copy.bytes)
      this.#exports[driver]!(...moves)
      if (word !== undefined && this.#words[word] !== 0) this.#words[word + 1] = index
      if (apart) this.#exports.accumulate!(sums.to, sums.from, sums.bytes / 16)
      pulse()
    }
  }

  #combine(index: number, threads: number): void {
    for (let lane = index; lane < this.#job.lanes.length; lane += threads)
      for (const { to, from, vectors } of this.#job.sums[lane]!) this.#exports.combine!(to, from, vectors)
  }

  #square(lane: number): void {
    let sum = 0
    for (const { at, vectors, left } of this.#job.squares[lane]!) sum += this.#exports.norm2!(at, vectors, left)
    this.#norms[lane] = sum
  }

  #update(lane: number): void {
    for (const { at, vectors, decaying } of this.#job.updates[lane]!) {
      const rates = this.#rates.subarray(decaying ? RATES : 0, decaying ? 2 * RATES : RATES)
      this.#exports.adam!(at, vectors, ...rates)
    }
  }
}
