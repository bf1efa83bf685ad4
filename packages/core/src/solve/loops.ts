import type * as tf from '@tensorflow/tfjs-core'
import type { Shape } from '../shape.js'

/** What one step of `iterate` gives. */
export interface IterationStep {
  /** The next state, of the same shapes. */
  readonly state: tf.Tensor[]
  /** For each row, whether the next state is its last: 0/1 or boolean, of shape `rows`. */
  readonly done: tf.Tensor
  /** Rows that cannot converge: they stop too, and count as not converged. */
  readonly failed?: tf.Tensor
  /** The next shared tensors. */
  readonly shared?: tf.Tensor[]
  /** Kept for each step, in order. */
  readonly record?: tf.Tensor
}

/** What `iterate` repeats. */
export interface IterateOptions {
  /** Tensors of shape `[...rows, ...]`. */
  readonly state: tf.Tensor[]
  /** Shape of the rows, which stop one by one; the first state's first axis by default. */
  readonly rows?: Shape
  /** Tensors that belong to no row and are replaced whole, as sums over rows are. */
  readonly shared?: tf.Tensor[]
  readonly step: (state: tf.Tensor[], shared: tf.Tensor[]) => IterationStep
  readonly maxIterations: number
  /** Who calls: with it, rows that have not converged throw. */
  readonly solver?: string
}

/** Where `iterate` ended. */
export interface Iterated {
  readonly state: tf.Tensor[]
  readonly shared: tf.Tensor[]
  /** How many steps were taken: as many as the slowest row needed. */
  readonly iterations: number
  /** 1 for rows that said they were done, 0 for others, of shape `rows`. */
  readonly converged: tf.Tensor
  /** What the steps recorded, stacked along a new first axis. */
  readonly records?: tf.Tensor
}

/** One branch of `cond`. */
export type Branch = (...inputs: tf.Tensor[]) => tf.Tensor

/** The parts of a `cond`. */
export interface CondOptions {
  readonly predicate: tf.Tensor
  readonly ifTrue: Branch
  readonly ifFalse: Branch
  readonly inputs: tf.Tensor[]
}

/**
 * What stands in for the only two constructs whose course depends on data, while a program is recorded: a hook sees the functions and
 * the inputs, and may run the construct itself.
 */
export interface LoopHooks {
  iterate?(options: IterateOptions, run: (options: IterateOptions) => Iterated): Iterated
  cond?(options: CondOptions, run: (options: CondOptions) => tf.Tensor): tf.Tensor
}

let hooks: LoopHooks = {}

/** Runs `body` with hooks in place of `iterate` and `cond`; every solver is made of these. */
export function withLoopHooks<T>(these: LoopHooks, body: () => T): T {
  const before = hooks
  hooks = these
  try {
    return body()
  } finally {
    hooks = before
  }
}

/** The hooks in force. */
export const loopHooks = (): LoopHooks => hooks
