import * as tf from '@tensorflow/tfjs-core'
import { type KernelDefinition, runKernel } from '../kernels/index.js'
import { sizeOf } from '../shape.js'
import { doubles, singular, squareShape } from './batch.js'
import { choleskyFactor } from './dense/factorisations.js'
import { nativeCholesky } from './native.js'
import { matrixTranspose } from './transpose.js'
import { lowerTriangle } from './triangle.js'
import { triangularSolve } from './triangular-solve.js'

const CHOLESKY: KernelDefinition = {
  name: 'EbbflowCholesky',
  compute([a]) {
    const { batch, n } = squareShape(a!.shape, 'cholesky')
    const out = new Float64Array(sizeOf(a!.shape))
    for (let m = 0; m < sizeOf(batch); m++) {
      const { l, failedAt } = choleskyFactor(doubles(a!, m, n * n), n)
      if (failedAt >= 0) throw singular('cholesky', 'not positive definite', batch, m, failedAt)
      out.set(l, m * n * n)
    }
    return { values: out, shape: a!.shape }
  },
  native: nativeCholesky,
  gradient: ({ dys: [dy], inputs: [a] }) => [
    () => {
      const l = cholesky(a!)
      // S = L⁻ᵀ Φ(LᵀL̄) L⁻¹ and Ā its symmetric part; X L⁻¹ = (L⁻ᵀXᵀ)ᵀ
      const phi = lowerTriangle(tf.matMul(l, dy!, true, false), 0.5)
      const left = triangularSolve(l, phi, { transpose: true })
      const s = triangularSolve(l, matrixTranspose(left), { transpose: true })
      return tf.mul(tf.add(s, matrixTranspose(s)), 0.5)
    },
  ],
}

/**
 * The lower triangle L with a positive diagonal and L Lᵀ = A, for symmetric positive definite matrices `[...batch, n, n]`; of others it
 * takes the symmetric part. Gradient: Murray, "Differentiation of the Cholesky decomposition" (2016), equations 10 and 13.
 *
 * @throws EbbflowError `shape` when the matrices are not square; `singular`, naming the matrix and the row, when one is not positive definite.
 * @example
 * ```ts
 * import { cholesky, tensor, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * cholesky(tensor([[4, 2], [2, 2]])) // [[2, 0], [1, 1]]
 * ```
 */
export function cholesky(a: tf.Tensor): tf.Tensor {
  squareShape(a.shape, 'cholesky')
  return runKernel(CHOLESKY, [a])
}
