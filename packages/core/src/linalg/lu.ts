import * as tf from '@tensorflow/tfjs-core'
import { type KernelDefinition, runKernels } from '../kernels/index.js'
import { sizeOf } from '../shape.js'
import { doubles, squareShape } from './batch.js'
import { factor } from './dense/lu.js'
import { nativeLu } from './native.js'
import { matrixTranspose } from './transpose.js'
import { lowerTriangle, upperTriangle } from './triangle.js'
import { triangularSolve } from './triangular-solve.js'

/** A = P L U, each of shape `[...batch, n, n]`: P a permutation, L a unit lower triangle, U an upper triangle. */
export interface Lu {
  p: tf.Tensor
  l: tf.Tensor
  u: tf.Tensor
}

const LU: KernelDefinition = {
  name: 'EbbflowLu',
  compute([a]) {
    const { shape } = a!
    const { batch, n } = squareShape(shape, 'lu')
    const p = new Float64Array(sizeOf(shape))
    const l = new Float64Array(sizeOf(shape))
    const u = new Float64Array(sizeOf(shape))
    for (let m = 0; m < sizeOf(batch); m++) {
      const { lu: both, rows } = factor(doubles(a!, m, n * n), n)
      const at = m * n * n
      for (let i = 0; i < n; i++) {
        p[at + rows[i]! * n + i] = 1
        l[at + i * n + i] = 1
        for (let j = 0; j < n; j++) (j < i ? l : u)[at + i * n + j] = both[i * n + j]!
      }
    }
    return [
      { values: p, shape },
      { values: l, shape },
      { values: u, shape },
    ]
  },
  native: nativeLu,
  gradient: ({ dys: [, dl, du], inputs: [a] }) => [
    () => {
      const { p, l, u } = lu(a!)
      // Ā = P L⁻ᵀ (tril(LᵀL̄, −1) + triu(Ū Uᵀ)) U⁻ᵀ
      const middle = tf.add(
        lowerTriangle(tf.matMul(l, dl!, true, false), 0),
        upperTriangle(tf.matMul(du!, u, false, true), 1),
      )
      const left = triangularSolve(l, middle, { transpose: true, unitDiagonal: true })
      // X U⁻ᵀ = (U⁻¹Xᵀ)ᵀ, and P X = (XᵀPᵀ)ᵀ
      const right = triangularSolve(u, matrixTranspose(left), { lower: false })
      return tf.matMul(p, right, false, true)
    },
  ],
}

/**
 * The factorisation A = P L U of square matrices `[...batch, n, n]` with partial pivoting (Golub and Van Loan 2013, section 3.4).
 *
 * L and U have gradients where A has an inverse; P, which is piecewise constant, has gradient zero.
 *
 * @throws EbbflowError `shape` when the matrices are not square; `singular`, in the backward pass only.
 * @example
 * ```ts
 * import { lu, tensor, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * const { p, l, u } = lu(tensor([[0, 1], [2, 3]])) // p = [[0, 1], [1, 0]], u = [[2, 3], [0, 1]]
 * ```
 */
export function lu(a: tf.Tensor): Lu {
  squareShape(a.shape, 'lu')
  const [p, l, u] = runKernels(LU, [a], {})
  return { p: p!, l: l!, u: u! }
}
