import { type Call, Module } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'

/**
 * A function from what a layer knows (the values that pass through, the context) to the raw parameters of a family: `[...batch, inputs]`
 * to `[...batch, outputs]`. It need not be invertible.
 */
export abstract class Conditioner extends Module {
  abstract readonly inputs: number
  abstract readonly outputs: number
  abstract apply(x: tf.Tensor, call: Call): tf.Tensor
}
