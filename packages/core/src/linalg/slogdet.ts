import * as tf from '@tensorflow/tfjs-core'
import { type KernelDefinition, runKernels } from '../kernels/index.js'
import { sizeOf } from '../shape.js'
import { doubles, squareShape } from './batch.js'
import { factor } from './dense/lu.js'
import { inverse } from './inverse.js'
import { nativeSlogdet } from './native.js'
import { matrixTranspose } from './transpose.js'

/** The sign of a determinant and the logarithm of its absolute value, each of shape `[...batch]`. */
export interface SignAndLogDet {
  sign: tf.Tensor
  logAbsDet: tf.Tensor
}

const SLOGDET: KernelDefinition = {
  name: 'EbbflowSlogdet',
  compute([a]) {
    const { batch, n } = squareShape(a!.shape, 'slogdet')
    const count = sizeOf(batch)
    const signs = new Float64Array(count)
    const logs = new Float64Array(count)
    for (let m = 0; m < count; m++) {
      const { lu, sign, singularAt } = factor(doubles(a!, m, n * n), n)
      signs[m] = singularAt < 0 ? sign : 0
      logs[m] = singularAt < 0 ? 0 : Number.NEGATIVE_INFINITY
      for (let i = 0; i < n && singularAt < 0; i++) {
        const pivot = lu[i * n + i]!
        if (pivot < 0) signs[m]! *= -1
        else if (Number.isNaN(pivot)) signs[m] = Number.NaN
        logs[m]! += Math.log(Math.abs(pivot))
      }
    }
    return [
      { values: signs, shape: batch },
      { values: logs, shape: batch },
    ]
  },
  native: nativeSlogdet,
  gradient: ({ dys: [, dLog], inputs: [a] }) => [
    () => tf.mul(tf.reshape(dLog!, [...dLog!.shape, 1, 1]), matrixTranspose(inverse(a!))),
  ],
}

/**
 * sign(det A) and log|det A| of square matrices `[...batch, n, n]`, by LU with partial pivoting (Golub and Van Loan 2013, section 3.4).
 *
 * A singular matrix, one with a pivot that is zero or nothing but rounding error, gives sign 0 and −∞. The gradient of log|det A| is A⁻ᵀ.
 *
 * @throws EbbflowError `shape` when the matrices are not square; `singular`, in the backward pass only, when one has no inverse.
 * @example
 * ```ts
 * import { slogdet, tensor, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * const { sign, logAbsDet } = slogdet(tensor([[3, 2], [0, 2]])) // 1 and log 6
 * ```
 */
export function slogdet(a: tf.Tensor): SignAndLogDet {
  squareShape(a.shape, 'slogdet')
  const [sign, logAbsDet] = runKernels(SLOGDET, [a], {})
  return { sign: sign!, logAbsDet: logAbsDet! }
}
