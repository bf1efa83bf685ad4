import { type StepJob, StepWork } from './step-work.js'
import type { Exports, Work } from './work.js'

/** What a thread runs of a program that threads share: the driver made for it. */
export interface RowJob {
  readonly kind: 'rows'
  readonly drivers: readonly string[]
}

export type Job = RowJob | StepJob

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

/** The same for all threads: the one that gives the commands runs it too. */
export function workOf(job: Job, exports: Exports, memory: WebAssembly.Memory): Work {
  if (job.kind === 'step') return new StepWork(job, exports, memory)
  return {
    run: (control, index, active) => {
      if (index < active) exports[job.drivers[index]!]!()
      control.barrier()
    },
  }
}
