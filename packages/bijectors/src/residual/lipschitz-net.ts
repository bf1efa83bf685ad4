import { type Call, Module, type Shape } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'

/** A function of a known Lipschitz constant below 1, from events (and a context on their last axis) to events. */
export abstract class LipschitzNet extends Module {
  /** Shape of an event. */
  abstract readonly event: Shape
  /** Values on the last axis that come in, those of a context included. */
  abstract readonly inputs: number
  /** The Lipschitz constant that the normalisation aims at. */
  abstract readonly lipschitz: number
  /** The tensors that `apply` computes with, kernels normalised: once a call, however often it applies them. */
  abstract weights(call?: Call): tf.Tensor[]
  /** f(x) by the tensors of `weights`. */
  abstract apply(x: tf.Tensor, weights: readonly tf.Tensor[]): tf.Tensor
  /** An upper bound of the Lipschitz constant, from the kernels as they are. */
  abstract lipschitzBound(): number
}
