import type { Work } from './works.js'

/** What a contender is told to do, one line of JSON on its standard input. */
export interface Order {
  readonly work: Work
  /** For how long. */
  readonly seconds: number
  /** Once only, without warming up first: for what a fresh process does. */
  readonly cold?: boolean
  /** Instead of timing: that many calls, with a look at the memory after each of these numbers of them. */
  readonly marks?: readonly number[]
}

/** How long one run of a work took; without `ms` and `error` where the contender does not do it. */
export interface Timing {
  readonly ms?: number
  /** Time on all processors. */
  readonly cpuMs?: number
  readonly runs?: number
  readonly error?: string
  /** Number of trainable values of the model. */
  readonly parameters?: number
  /** Planned memory in bytes, where it is planned. */
  readonly bytes?: number
  /** A number that contenders with the same parameters agree on: a loss, a mean of densities, a mean square. */
  readonly check?: number
  readonly marks?: readonly Mark[]
}

/** What a process holds after so many calls, in bytes, garbage collected; tensors where it counts them. */
export interface Mark {
  readonly calls: number
  readonly resident: number
  readonly heap: number
  readonly tensors?: number
}

/** The first line that a contender prints. */
export type Greeting =
  | { readonly versions: Readonly<Record<string, string>>; readonly threads: number }
  | { readonly absent: string }
