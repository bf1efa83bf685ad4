import * as tf from '@tensorflow/tfjs-core'
import { customRule } from '../gradients/index.js'
import { FLOAT64 } from '../tensor.js'

/** x with its infinities brought to the largest finite numbers. */
function finite(x: tf.Tensor): tf.Tensor {
  const most = tf.engine().backendName === FLOAT64 ? Number.MAX_VALUE : 3.4028234663852886e38
  return tf.clipByValue(x, -most, most)
}

/**
 * ln Σ eˣ over the given axes (all of them by default), shifted by the greatest term so that nothing overflows; −∞ where every term is.
 * `keepDims` keeps the reduced axes with size 1.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { logSumExp, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * logSumExp(tf.tensor2d([[1000, 1000]]), 1) // [1000.6931]
 * ```
 */
export function logSumExp(x: tf.Tensor, axis?: number | number[], keepDims = false): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis as number, x.shape)
  const reduce = customRule(
    ([value]) => {
      const top = finite(tf.max(value!, axes, true))
      return tf.add(tf.log(tf.sum(tf.exp(tf.sub(value!, top)), axes, true)), top)
    },
    // the softmax, written with the function itself so that it can be differentiated again
    ({ dy, inputs: [value] }) => [tf.mul(dy, tf.exp(tf.sub(value!, finite(logSumExp(value!, axes, true)))))],
  )
  if (keepDims) return reduce([x])
  const shape = x.shape.filter((_, i) => !axes.includes(i))
  return tf.tidy(() => tf.reshape(reduce([x]), shape))
}
