import type * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../../../errors.js'
import { broadcastShapes, showShape, sizeOf } from '../../../shape.js'
import { broadcastStrides, doubles, type NDArray, offsets, permuted } from '../array.js'
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
  const x = doubles(left)
  const y = doubles(right)
  const out = new Float64Array(sizeOf(batch) * m * n)
  for (let s = 0; s < sizeOf(batch); s++)
    for (let row = 0; row < m; row++) {
      const to = (s * m + row) * n
      for (let j = 0; j < k; j++) {
        const v = x[startA[s]! * m * k + row * k + j]!
        const from = startB[s]! * k * n + j * n
        for (let column = 0; column < n; column++) out[to + column]! += v * y[from + column]!
      }
    }
  const values = a.dtype === 'float32' ? out : Int32Array.from(out)
  return { values, shape: [...batch, m, n], dtype: a.dtype === 'float32' ? 'float32' : 'int32' }
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
