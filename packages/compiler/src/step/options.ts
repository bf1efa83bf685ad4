import type { Slot } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import type { ThreadPool } from '../threads/pool.js'

/** Numbers of Adam, which a program computes by itself. */
export interface AdamSettings {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  readonly decays: (path: string) => boolean
}

/** An optimiser as training has them; one of kind `adam` with `settings` runs within the program, any other beside it. */
export interface StepOptimiser {
  readonly kind: string
  readonly step: number
  readonly settings?: AdamSettings
  begin(learningRate: number): void
  apply(path: string, values: Float32Array, gradient: Float32Array, scale: number, out: Float32Array): void
  state(): {
    readonly kind: string
    readonly step: number
    readonly vectors: Readonly<Record<string, ArrayLike<number>>>
  }
  load(state: { kind: string; step: number; vectors: Record<string, Float32Array> }): void
}

/** What the loss of a step gives. */
export interface StepLoss {
  /** A scalar, which the step makes smaller. */
  readonly loss: tf.Tensor
  /** Scalars that the step reports beside it. */
  readonly extras?: readonly tf.Tensor[]
  /** New values of states, which are written after each step. */
  readonly states?: ReadonlyMap<Slot, tf.Tensor>
}

export interface StepOptions {
  /** The loss of a batch: pure, as what `compile` takes. */
  readonly loss: (inputs: tf.Tensor[]) => StepLoss
  /** The parameters that training changes, by path. */
  readonly parameters: ReadonlyMap<string, Slot>
  readonly optimiser: StepOptimiser
  /** A batch. */
  readonly examples: readonly tf.Tensor[]
  /** Largest global norm of the gradients; larger ones are scaled down to it. Default Infinity. */
  readonly clipNorm?: number
  /** Threads that share the batch, from `openThreads`; the numbers are the same to the bit for any number of them. Default this one alone. */
  readonly threads?: ThreadPool
}

/** What a step found before it changed the parameters. */
export interface StepOutcome {
  readonly loss: number
  readonly extras: readonly number[]
  /** Global norm of the gradients before clipping; NaN or ∞ where they are not finite, and nothing has been changed then. */
  readonly gradientNorm: number
}
