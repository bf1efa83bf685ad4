import { check } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** The activations of conditioners by name. */
export const activations = {
  relu: (x: tf.Tensor): tf.Tensor => tf.relu(x),
  elu: (x: tf.Tensor): tf.Tensor => tf.elu(x),
  tanh: (x: tf.Tensor): tf.Tensor => tf.tanh(x),
  silu: (x: tf.Tensor): tf.Tensor => tf.mul(x, tf.sigmoid(x)),
  softplus: (x: tf.Tensor): tf.Tensor => tf.softplus(x),
} as const

/** Name of an activation: `silu` is x σ(x). */
export type Activation = keyof typeof activations

/** Throws an `argument` error for a name that is none. */
export function checkActivation(name: string): asserts name is Activation {
  check(Object.hasOwn(activations, name), 'unknown activation', {
    expected: Object.keys(activations).join(', '),
    received: name,
  })
}
