import * as tf from '@tensorflow/tfjs-core'
import { type KernelDefinition, runKernel } from '../kernels/index.js'
import { sizeOf } from '../shape.js'
import { doubles, singular, squareShape } from './batch.js'
import { factor, inverseFactored } from './dense/lu.js'
import { nativeInverse } from './native.js'
import { matrixTranspose } from './transpose.js'

const INVERSE: KernelDefinition = {
  name: 'EbbflowInverse',
  compute([a]) {
    const { batch, n } = squareShape(a!.shape, 'inverse')
    const out = new Float64Array(sizeOf(a!.shape))
    for (let m = 0; m < sizeOf(batch); m++) {
      const f = factor(doubles(a!, m, n * n), n)
      if (f.singularAt >= 0) throw singular('inverse', 'singular matrix', batch, m, f.singularAt)
      out.set(inverseFactored(f, n), m * n * n)
    }
    return { values: out, shape: a!.shape }
  },
  native: nativeInverse,
  gradient: ({ dys: [dy], inputs: [a] }) => [
    () => {
      const t = matrixTranspose(inverse(a!))
      return tf.neg(tf.matMul(t, tf.matMul(dy!, t)))
    },
  ],
}

/**
 * A⁻¹ of square matrices `[...batch, n, n]`, by LU with partial pivoting. To solve a system, {@link solve} is cheaper and more exact.
 *
 * @throws EbbflowError `shape` when the matrices are not square; `singular`, naming the matrix and the pivot, when one has no inverse.
 * @example
 * ```ts
 * import { inverse, tensor, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * inverse(tensor([[2, 0], [0, 4]])) // [[0.5, 0], [0, 0.25]]
 * ```
 */
export function inverse(a: tf.Tensor): tf.Tensor {
  squareShape(a.shape, 'inverse')
  return runKernel(INVERSE, [a])
}
