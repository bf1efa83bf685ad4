import type { Call, Module, Shape } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'

/** What `fit` and `evaluate` need of a model; a `Flow` is one. */
export interface Trainable extends Module {
  /** Shape of one event. */
  readonly eventShape: Shape
  /** C, the number of values in the context of a row; 0 where it takes none. */
  readonly context?: number
  /** Whether log-densities outside of training can only be estimated, with a call that has `estimate` and an rng. */
  readonly estimated?: boolean
  /** log p(x), of shape `[batch]` for x of shape `[batch, ...event]`, with `call` handed to every layer. */
  logProbIn(x: tf.Tensor, call: Call): tf.Tensor
}
