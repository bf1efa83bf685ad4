import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'

describe('a matrix and its reshaped view as right sides', () => {
  const left = (m: number, k: number): tf.Tensor2D => tf.reshape(tf.range(0, m * k, 1, 'float32'), [m, k])
  const product = (a: tf.Tensor2D, b: tf.Tensor2D): number[] => {
    const [x, y] = [a.arraySync(), b.arraySync()]
    return x.flatMap((row) => y[0]!.map((_, j) => row.reduce((sum, v, i) => sum + v * y[i]![j]!, 0)))
  }

  it.each([
    [1, 64],
    [8, 8],
    [2, 36],
  ])('give each its own product, [%i, %i]', (k, n) => {
    tf.tidy(() => {
      const w = tf.reshape(tf.range(1, 1 + k * n, 1, 'float32'), [k, n]) as tf.Tensor2D
      for (const [rows, columns] of [
        [k, n],
        [n, k],
        [k, n],
        [1, k * n],
      ] as const) {
        const view = tf.reshape(w, [rows, columns]) as tf.Tensor2D
        const a = left(5, rows)
        expect([...tf.matMul(a, view).dataSync()]).toEqual(product(a, view))
        const bias = tf.ones([columns]) as tf.Tensor1D
        const fused = tf.fused.matMul({ a, b: view, bias })
        expect([...fused.dataSync()]).toEqual(product(a, view).map((v) => v + 1))
      }
    })
  })
})
