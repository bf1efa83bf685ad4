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

/** What one step of `scan` gives. */
export interface ScanStep {
  /** The next state, of the same shapes. */
  readonly state: tf.Tensor[]
  /** What is added to the sums. */
  readonly terms?: tf.Tensor[]
}

/** What `scan` goes along. */
export interface ScanOptions {
  /** Tensors `[steps, ...]`: each step has its part of each. */
  readonly along: tf.Tensor[]
  readonly state: tf.Tensor[]
  /** Shapes of sums over all steps. */
  readonly sums?: readonly Shape[]
  readonly step: (state: tf.Tensor[], parts: tf.Tensor[]) => ScanStep
  /** From the last step to the first. */
  readonly reverse?: boolean
  /** Keeps the state before each step. */
  readonly trail?: boolean
}

/** Where `scan` ended. */
export interface Scanned {
  readonly state: tf.Tensor[]
  readonly sums: tf.Tensor[]
  /** Each state before each step that was taken, in their order, `[steps, ...]`; empty where none is kept. */
  readonly trail: tf.Tensor[]
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
 * Which units of a masked network are known at which position of the order: units of each layer are sorted, and what is known at position p
 * are the first `ends[layer][p]` of them.
 */
export interface SweepPlan {
  /** D, the number of positions. */
  readonly dimensions: number
  /** C, the number of inputs that are known from the start. */
  readonly context: number
  /** How many inputs each value gives. */
  readonly features: number
  /** How many outputs each value gets. */
  readonly parameters: number
  /** The value at each position. */
  readonly order: readonly number[]
  /** Units of the inputs (context first, then by position) and of each hidden layer. */
  readonly widths: readonly number[]
  readonly ends: readonly (readonly number[])[]
}

/** The parts of a `sweep`. */
export interface SweepOptions {
  readonly plan: SweepPlan
  /** `[rows, D]`. */
  readonly y: tf.Tensor
  /** `[rows, C]`, if C is not 0. */
  readonly context?: tf.Tensor
  /** Kernels `[outputs, inputs]` and biases `[outputs]` of each layer, units sorted; the last layer's by position, then by parameter. */
  readonly weights: () => { readonly kernels: tf.Tensor[]; readonly biases: tf.Tensor[] }
  readonly activate: (x: tf.Tensor) => tf.Tensor
  /** From raw parameters `[parameters, n]` and y `[n]` of one value of n rows: x, its log-derivative, and its features, all `[n]`. */
  readonly column: (raw: tf.Tensor, y: tf.Tensor) => { value: tf.Tensor; logDet: tf.Tensor; features: tf.Tensor[] }
}

/** What a `sweep` finds: x `[rows, D]` and log|det ∂x/∂y| `[rows]`. */
export type Swept = [x: tf.Tensor, logDet: tf.Tensor]

/**
 * What stands in, while a program is recorded, for the constructs whose course depends on data, and for the one that goes through the
 * values of rows one after another: a hook sees the functions and the inputs, and may run the construct itself.
 */
export interface LoopHooks {
  iterate?(options: IterateOptions, run: (options: IterateOptions) => Iterated): Iterated
  cond?(options: CondOptions, run: (options: CondOptions) => tf.Tensor): tf.Tensor
  scan?(options: ScanOptions, run: (options: ScanOptions) => Scanned): Scanned
  sweep?(options: SweepOptions, run: () => Swept): Swept
}

let hooks: LoopHooks = {}

/** Runs `body` with hooks in place of `iterate`, `scan`, `cond` and `sweep`; every solver is made of these. */
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

/**
 * The inverse y ↦ x of an autoregressive map whose parameters come from a masked network: position by position, each hidden unit computed
 * once, as soon as all that it depends on is known. `run` computes it; `options` tell hooks what it is made of.
 */
export const sweep = (options: SweepOptions, run: () => Swept): Swept => hooks.sweep?.(options, run) ?? run()
