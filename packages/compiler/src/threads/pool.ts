import { EbbflowError } from '@ebbflow/core'
import { type Control, LEAVE, ThreadFailure } from './control.js'
import { type Job, type Message, workOf } from './jobs.js'
import type { Exports, Work } from './work.js'

/** A thread as the one that gives the commands has it. */
export interface Hand {
  postMessage(message: unknown): void
  terminate(): void
}

/** A program that all threads of a pool have taken in. */
export interface Loaded {
  readonly id: number
  readonly work: Work
}

/** Threads that share programs with the one that has opened them. */
export class ThreadPool {
  readonly #control: Control
  /** @internal */
  readonly hands: readonly Hand[]
  #next = 0
  #closed = false

  /** @internal */
  constructor(control: Control, hands: readonly Hand[]) {
    this.#control = control
    this.hands = hands
  }

  /** Threads in all, with the one that calls. */
  get count(): number {
    return this.#control.size
  }

  /** Whether its threads were ended. */
  get closed(): boolean {
    return this.#closed
  }

  /** @internal A thread has stopped that was not told to. */
  lost(reason: string): void {
    if (!this.#closed) this.#control.fail(reason)
  }

  /** @internal Sends a program to all threads; they have it when this returns. */
  load(job: Job, module: WebAssembly.Module, memory: WebAssembly.Memory, exports: Exports): Loaded {
    const id = this.#next
    this.#next += 1
    this.#guarded(() => this.#send((command) => ({ kind: 'load', id, command, job, module, memory })))
    return { id, work: workOf(job, exports, memory) }
  }

  /** @internal Lets all threads forget a program; a pool that has failed keeps it until it is closed. */
  drop({ id }: Loaded): void {
    if (this.#closed || this.#control.failure !== undefined) return
    try {
      this.#guarded(() => this.#send((command) => ({ kind: 'drop', id, command })))
    } catch {
      // the next run says what has failed
    }
  }

  /** @internal Runs a program on all threads, this one included. */
  run({ id, work }: Loaded, argument: number): void {
    this.#guarded(() => {
      this.#control.order(id, argument)
      work.run(this.#control, 0, argument)
    })
  }

  /** Ends the threads. Programs that share them run on one thread from then on. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const hand of this.hands) hand.terminate()
  }

  /** No order is given before the one before it has been followed by all. */
  #send(message: (command: number) => Message): void {
    this.#control.order(LEAVE)
    for (const hand of this.hands) hand.postMessage(message(this.#control.command))
    this.#control.awaitTaken()
  }

  #guarded(work: () => void): void {
    const known = this.#control.failure
    if (known !== undefined) throw failed(known)
    try {
      work()
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause)
      this.#control.fail(message)
      throw cause instanceof ThreadFailure ? failed(message, cause) : cause
    }
  }
}

const failed = (message: string, cause?: unknown): EbbflowError =>
  new EbbflowError('thread', `a thread has failed, and its pool with it: ${message}`, { cause })
