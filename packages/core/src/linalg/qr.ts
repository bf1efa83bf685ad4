import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../errors.js'
import { type KernelDefinition, runKernels } from '../kernels/index.js'
import { showShape, sizeOf } from '../shape.js'
import { doubles, matrixShape } from './batch.js'
import { qrFactor } from './dense/factorisations.js'
import { matrixTranspose } from './transpose.js'
import { lowerTriangle } from './triangle.js'
import { triangularSolve } from './triangular-solve.js'

/** A = Q R: `q` of shape `[...batch, m, n]` with orthonormal columns, `r` of shape `[...batch, n, n]` upper triangular. */
export interface Qr {
  q: tf.Tensor
  r: tf.Tensor
}

const QR: KernelDefinition = {
  name: 'EbbflowQr',
  compute([a]) {
    const { batch, rows, columns } = matrixShape(a!.shape, 'qr')
    const count = sizeOf(batch)
    const q = new Float64Array(count * rows * columns)
    const r = new Float64Array(count * columns * columns)
    for (let i = 0; i < count; i++) {
      const factors = qrFactor(doubles(a!, i, rows * columns), rows, columns)
      q.set(factors.q, i * rows * columns)
      r.set(factors.r, i * columns * columns)
    }
    return [
      { values: q, shape: a!.shape },
      { values: r, shape: [...batch, columns, columns] },
    ]
  },
  gradient: ({ dys: [dq, dr], inputs: [a] }) => [
    () => {
      const { q, r } = qr(a!)
      // M = R R̄ᵀ − Q̄ᵀQ, and Ā = (Q̄ + Q (tril M + tril(M, −1)ᵀ)) R⁻ᵀ
      const m = tf.sub(tf.matMul(r, dr!, false, true), tf.matMul(dq!, q, true, false))
      const symmetric = tf.add(lowerTriangle(m, 1), matrixTranspose(lowerTriangle(m, 0)))
      const full = tf.add(dq!, tf.matMul(q, symmetric))
      return matrixTranspose(triangularSolve(r, matrixTranspose(full), { lower: false }))
    },
  ],
}

/**
 * The reduced QR factorisation of matrices `[...batch, m, n]`, m ≥ n, by Householder reflections, unique because R's diagonal is not
 * negative. Gradient (full column rank): Walter and Lehmann, "Algorithmic differentiation of linear algebra functions" (2010).
 *
 * @throws EbbflowError `shape` when a matrix is wider than high; `singular`, in the backward pass only.
 * @example
 * ```ts
 * import { qr, Rng, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * const { q } = qr(Rng.seed(1).normal([4, 4])) // uniformly distributed orthogonal matrix
 * ```
 */
export function qr(a: tf.Tensor): Qr {
  const { rows, columns } = matrixShape(a.shape, 'qr')
  if (rows < columns)
    throw new EbbflowError('shape', 'qr takes matrices that are not wider than high', { received: showShape(a.shape) })
  const [q, r] = runKernels(QR, [a], {})
  return { q: q!, r: r! }
}
