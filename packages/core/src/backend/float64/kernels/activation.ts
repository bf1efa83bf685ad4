import type * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../../../errors.js'
import type { NDArray } from '../array.js'
import { combine, prelu } from './binary.js'
import { elu, map, relu, relu6, sigmoid } from './unary.js'

/** What fused kernels do after their product. */
export interface Fused {
  readonly bias?: NDArray
  readonly preluActivationWeights?: NDArray
}

/** Adds the bias and applies the activation of a fused kernel. */
export function finish(
  product: NDArray,
  { bias, preluActivationWeights }: Fused,
  activation: tf.backend_util.Activation | undefined,
  leakyreluAlpha = 0,
): NDArray {
  const x = bias ? combine(product, bias, (a, b) => a + b) : product
  switch (activation ?? 'linear') {
    case 'linear':
      return x
    case 'relu':
      return map(x, relu)
    case 'relu6':
      return map(x, relu6)
    case 'elu':
      return map(x, elu)
    case 'sigmoid':
      return map(x, sigmoid)
    case 'leakyrelu':
      return map(x, (v) => (v < 0 ? leakyreluAlpha * v : v))
    case 'prelu':
      if (preluActivationWeights) return combine(x, preluActivationWeights, prelu)
  }
  throw new EbbflowError('unsupported', 'activation of a fused kernel', { received: activation ?? 'none' })
}
