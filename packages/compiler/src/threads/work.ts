import type { Control } from './control.js'

export type Exports = Readonly<Record<string, (...args: number[]) => number>>

/** A job at work in a thread. */
export interface Work {
  /** The part of thread `index`, up to where all have done theirs. */
  run(control: Control, index: number, argument: number): void
}
