import type { Control } from './control.js'

/** What a thread runs of a program that threads share: the driver made for it. */
export interface RowJob {
  readonly kind: 'rows'
  readonly drivers: readonly string[]
}

export type Job = RowJob

/** What a thread is sent. */
export type Message =
  | {
      readonly kind: 'load'
      readonly id: number
      readonly command: number
      readonly job: Job
      readonly module: WebAssembly.Module
      readonly memory: WebAssembly.Memory
    }
  | { readonly kind: 'drop'; readonly id: number; readonly command: number }

export type Exports = Readonly<Record<string, (...args: number[]) => number>>

/** A job at work in a thread. */
export interface Work {
  /** The part of thread `index`, up to where all have done theirs. */
  run(control: Control, index: number, argument: number): void
}

/** The same for all threads: the one that gives the commands runs it too. */
export function workOf(job: Job, exports: Exports): Work {
  return {
    run: (control, index, active) => {
      if (index < active) exports[job.drivers[index]!]!()
      control.barrier()
    },
  }
}
