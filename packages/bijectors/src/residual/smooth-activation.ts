import { check, constant } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Activations of Lipschitz constant 1 with a continuous derivative: `lipswish` is x σ(βx) / 1.1 with a learnt β > 0 (Chen et al. 2019,
 * arXiv 1906.02735, section 3.3), whose second derivative does not vanish either.
 */
export type SmoothActivation = 'lipswish' | 'elu' | 'tanh' | 'softplus'

const plain = {
  elu: (x: tf.Tensor): tf.Tensor => tf.elu(x),
  tanh: (x: tf.Tensor): tf.Tensor => tf.tanh(x),
  softplus: (x: tf.Tensor): tf.Tensor => tf.softplus(x),
} as const

/** Throws an `argument` error for a name that is none, with the reason where it is ReLU. */
export function checkSmooth(name: string): asserts name is SmoothActivation {
  check(name !== 'relu', 'ReLU is piecewise linear: its log-determinant has no gradient', {
    expected: 'lipswish, elu, tanh or softplus',
    received: 'relu',
  })
  check(name === 'lipswish' || Object.hasOwn(plain, name), 'unknown smooth activation', {
    expected: 'lipswish, elu, tanh or softplus',
    received: name,
  })
}

/** The activation at x; `beta` is the raw slope of `lipswish`, made positive by a softplus. */
export function smooth(name: SmoothActivation, x: tf.Tensor, beta: tf.Tensor | undefined): tf.Tensor {
  if (name !== 'lipswish') return plain[name](x)
  const gate = tf.sigmoid(tf.mul(x, tf.softplus(beta!)))
  return tf.mul(tf.mul(x, gate), constant(1 / 1.1))
}
