import type { Started } from '../start.js'
import type { Job } from './jobs.js'
import type { Loaded, ThreadPool } from './pool.js'

/** A program that the threads of a pool run together. */
export class Crew {
  readonly #pool: ThreadPool
  readonly #loaded: Loaded

  constructor(pool: ThreadPool, job: Job, { module, exports }: Started, memory: WebAssembly.Memory) {
    this.#pool = pool
    this.#loaded = pool.load(job, module, memory, exports)
  }

  /** False once the pool was closed; a thread that failed makes the next run throw. */
  get open(): boolean {
    return !this.#pool.closed
  }

  run(argument: number): void {
    this.#pool.run(this.#loaded, argument)
  }

  dispose(): void {
    this.#pool.drop(this.#loaded)
  }
}
