import * as tf from '@tensorflow/tfjs-core'
import { type KernelDefinition, runKernel } from '../kernels/index.js'
import { sizeOf } from '../shape.js'
import { broadcastIndices, doubles, singular, sumTo, systemShape } from './batch.js'
import { type Factored, factor, solveFactored } from './dense/lu.js'
import { nativeSolve } from './native.js'

/** How {@link solve} reads its matrix. */
export interface SolveOptions {
  /** Solves AᵀX = B. */
  readonly transpose?: boolean
}

const SOLVE: KernelDefinition<Required<SolveOptions>> = {
  name: 'EbbflowSolve',
  compute([a, b], { transpose }) {
    const { batch, n, columns } = systemShape(a!.shape, b!.shape, 'solve')
    const aBatch = a!.shape.slice(0, -2)
    const aIndex = broadcastIndices(aBatch, batch)
    const bIndex = broadcastIndices(b!.shape.slice(0, -2), batch)
    const factors: Factored[] = []
    const out = new Float64Array(sizeOf(batch) * n * columns)
    for (let m = 0; m < aIndex.length; m++) {
      const i = aIndex[m]!
      factors[i] ??= factor(doubles(a!, i, n * n), n)
      const f = factors[i]
      if (f.singularAt >= 0) throw singular('solve', 'singular matrix', aBatch, i, f.singularAt)
      const x = doubles(b!, bIndex[m]!, n * columns)
      solveFactored(f, n, x, columns, transpose)
      out.set(x, m * n * columns)
    }
    return { values: out, shape: [...batch, n, columns] }
  },
  native: nativeSolve,
  gradient({ dys: [dy], inputs: [a, b], attrs: { transpose } }) {
    const db = solve(a!, dy!, { transpose: !transpose })
    return [
      () => {
        const x = solve(a!, b!, { transpose })
        const da = transpose ? tf.matMul(x, db, false, true) : tf.matMul(db, x, false, true)
        return tf.neg(sumTo(da, a!.shape))
      },
      () => sumTo(db, b!.shape),
    ]
  },
}

/**
 * X with A X = B, for `a` of shape `[...batch, n, n]` and `b` of shape `[...batch, n, columns]`, whose batches broadcast; by LU with
 * partial pivoting, one factorisation a matrix.
 *
 * @throws EbbflowError `shape` when the shapes do not fit; `singular`, naming the matrix and the pivot, when there is no unique X.
 * @example
 * ```ts
 * import { solve, tensor, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * solve(tensor([[2, 0], [0, 4]]), tensor([[1], [1]])) // [[0.5], [0.25]]
 * ```
 */
export function solve(a: tf.Tensor, b: tf.Tensor, options: SolveOptions = {}): tf.Tensor {
  systemShape(a.shape, b.shape, 'solve')
  return runKernel(SOLVE, [a, b], { transpose: options.transpose ?? false })
}
