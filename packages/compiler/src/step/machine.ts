import type * as tf from '@tensorflow/tfjs-core'
import type { Description } from '../build.js'
import type { Numbers } from '../memory.js'

/** The numbers of one update by Adam, as the program takes them. */
export interface AdamRates {
  readonly scale: number
  readonly beta1: number
  readonly beta2: number
  /** η / (1 − β₁ᵗ) and 1 / √(1 − β₂ᵗ). */
  readonly rate: number
  readonly root: number
  readonly epsilon: number
  /** 1 − η · weight decay, for parameters that decay. */
  readonly keep: number
}

/** What makes the steps of a training: memory with the regions of the parameters, and programs that work on it. */
export interface Machine {
  readonly description: Description
  /** Parts of the batch whose sums are added up. */
  readonly parts: number
  /** Planned memory in bytes of what is computed of rows on the way to the sums over them, on all threads. */
  readonly activationBytes: number
  setInput(index: number, values: ArrayLike<number>): void
  /** Computes loss, gradients and all other outputs, and tells the gradients' global norm when asked. */
  evaluate(): void
  norm(): number
  update(rates: AdamRates): void
  /** An output where it lies, which the next evaluation overwrites. */
  peek(i: number): Numbers
  output(i: number): tf.Tensor
  /** Floats of the regions. */
  floats(at: number, length: number): Float32Array
  /** Takes the memory's numbers for those of a variable, which has been given them. */
  adopt(variable: tf.Variable): void
  dispose(): void
}

/** Arguments of `adam` behind address and length, for parameters that decay or do not. */
export const adamArguments = (r: AdamRates, decaying: boolean): number[] => [
  r.scale,
  r.beta1,
  1 - r.beta1,
  r.beta2,
  1 - r.beta2,
  r.rate,
  r.root,
  r.epsilon,
  decaying ? r.keep : 1,
]
