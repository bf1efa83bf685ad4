import * as tf from '@tensorflow/tfjs-core'
import { type KernelDefinition, runKernel } from '../kernels/index.js'
import { sizeOf } from '../shape.js'
import { broadcastIndices, doubles, singular, sumTo, systemShape } from './batch.js'
import { solveTriangle, type Triangle } from './dense/lu.js'
import { nativeTriangularSolve } from './native.js'
import { lowerTriangle, upperTriangle } from './triangle.js'

/** How {@link triangularSolve} reads its matrix. */
export interface TriangularSolveOptions {
  /** The lower triangle is used (the default), or the upper one. */
  readonly lower?: boolean
  /** Solves AᵀX = B. */
  readonly transpose?: boolean
  /** The diagonal counts as ones, whatever it holds. */
  readonly unitDiagonal?: boolean
}

const TRIANGULAR_SOLVE: KernelDefinition<Triangle> = {
  name: 'EbbflowTriangularSolve',
  compute([a, b], kind) {
    const { batch, n, columns } = systemShape(a!.shape, b!.shape, 'triangularSolve')
    const aBatch = a!.shape.slice(0, -2)
    const aIndex = broadcastIndices(aBatch, batch)
    const bIndex = broadcastIndices(b!.shape.slice(0, -2), batch)
    const out = new Float64Array(sizeOf(batch) * n * columns)
    for (let m = 0; m < aIndex.length; m++) {
      const x = doubles(b!, bIndex[m]!, n * columns)
      const zeroAt = solveTriangle(doubles(a!, aIndex[m]!, n * n), n, x, columns, kind)
      if (zeroAt >= 0) throw singular('triangularSolve', 'zero on the diagonal', aBatch, aIndex[m]!, zeroAt)
      out.set(x, m * n * columns)
    }
    return { values: out, shape: [...batch, n, columns] }
  },
  native: nativeTriangularSolve,
  gradient({ dys: [dy], inputs: [a, b], attrs }) {
    const db = triangularSolve(a!, dy!, { ...attrs, transpose: !attrs.transpose })
    return [
      () => {
        const x = triangularSolve(a!, b!, attrs)
        const full = attrs.transpose ? tf.matMul(x, db, false, true) : tf.matMul(db, x, false, true)
        const used = (attrs.lower ? lowerTriangle : upperTriangle)(full, attrs.unitDiagonal ? 0 : 1)
        return tf.neg(sumTo(used, a!.shape))
      },
      () => sumTo(db, b!.shape),
    ]
  },
}

/**
 * X with T X = B, where T is one triangle of `a` `[...batch, n, n]` and `b` is `[...batch, n, columns]`, whose batches broadcast; by
 * substitution. The other triangle of `a` is not looked at, and gets no gradient.
 *
 * @throws EbbflowError `shape` when the shapes do not fit; `singular`, naming the matrix and the row, when the diagonal holds a zero.
 * @example
 * ```ts
 * import { tensor, triangularSolve, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * triangularSolve(tensor([[2, 0], [1, 1]]), tensor([[2], [3]])) // [[1], [2]]
 * ```
 */
export function triangularSolve(a: tf.Tensor, b: tf.Tensor, options: TriangularSolveOptions = {}): tf.Tensor {
  systemShape(a.shape, b.shape, 'triangularSolve')
  const { lower = true, transpose = false, unitDiagonal = false } = options
  return runKernel(TRIANGULAR_SOLVE, [a, b], { lower, transpose, unitDiagonal })
}
