import type * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../../../errors.js'
import { broadcastShapes, showShape, sizeOf } from '../../../shape.js'
import { broadcastStrides, type NDArray, offsets, permuted, zeros } from '../array.js'
import { define } from '../kernel.js'
import { finish } from './activation.js'

/** x with its last two axes exchanged. */
function transposed(x: NDArray): NDArray {
  const rank = x.shape.length
  return permuted(
    x,
    x.shape.map((_, d) => (d === rank - 2 ? rank - 1 : d === rank - 1 ? rank - 2 : d)),
  )
}

/** Products of matrices, the axes before the last two broadcast. */
export function matmul(a: NDArray, b: NDArray, transposeA: boolean, transposeB: boolean): NDArray {
  const left = transposeA ? transposed(a) : a
  const right = transposeB ? transposed(b) : b
  const [m, k] = left.shape.slice(-2) as [number, number]
  const [inner, n] = right.shape.slice(-2) as [number, number]
  if (inner !== k)
    throw new EbbflowError('shape', 'matrices do not fit', {
      received: `${showShape(left.shape)} and ${showShape(right.shape)}`,
    })
  const batch = broadcastShapes(left.shape.slice(0, -2), right.shape.slice(0, -2))
  const startA = offsets(batch, broadcastStrides(left.shape.slice(0, -2), batch))
  const startB = offsets(batch, broadcastStrides(right.shape.slice(0, -2), batch))
  const out = zeros([...batch, m, n], a.dtype)
  for (let s = 0; s < sizeOf(batch); s++) {
    const atA = startA[s]! * m * k
    const atB = startB[s]! * k * n
    for (let row = 0; row < m; row++) {
      const sums = out.values.subarray((s * m + row) * n, (s * m + row + 1) * n)
      for (let j = 0; j < k; j++) {
        const x = left.values[atA + row * k + j]!
        const from = atB + j * n
        for (let column = 0; column < n; column++) sums[column] = sums[column]! + x * right.values[from + column]!
      }
    }
  }
  return out
}

/** Matrix products. */
export const matmulKernels: readonly tf.KernelConfig[] = [
  define('BatchMatMul', ['a', 'b'], ({ a, b }, { transposeA, transposeB }: tf.BatchMatMulAttrs) =>
    matmul(a, b, transposeA, transposeB),
  ),
  define(
    '_FusedMatMul',
    ['a', 'b'],
    ({ a, b, ...rest }, { transposeA, transposeB, activation, leakyreluAlpha }: tf._FusedMatMulAttrs) =>
      finish(matmul(a, b, transposeA, transposeB), rest, activation, leakyreluAlpha),
    ['bias', 'preluActivationWeights'],
  ),
]
