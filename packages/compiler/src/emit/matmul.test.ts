import { Rng, useBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { compile } from '../compile.js'

beforeAll(() => useBackend('wasm'))

const SIZES = [1, 3, 4, 5, 7, 8, 63, 64, 65]

/** The product in double precision, one number at a time. */
function exact(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Float64Array {
  const out = new Float64Array(m * n)
  for (let i = 0; i < m; i++)
    for (let l = 0; l < k; l++) for (let j = 0; j < n; j++) out[i * n + j]! += a[i * k + l]! * b[l * n + j]!
  return out
}

test.each(SIZES)('products with %i rows, of every width and depth, transposed or not', (m) => {
  for (const n of SIZES)
    for (const k of [1, 2, 7, 65])
      tf.tidy(() => {
        const a = Rng.seed(`a ${m} ${k}`).normal([m, k]) as tf.Tensor2D
        const b = Rng.seed(`b ${k} ${n}`).normal([k, n]) as tf.Tensor2D
        const [left, right] = [tf.transpose(a), tf.transpose(b)]
        const products = compile(
          (...[a, b, left, right]: tf.Tensor[]) => [
            tf.matMul(a!, b!),
            tf.matMul(left!, b!, true, false),
            tf.matMul(a!, right!, false, true),
            tf.matMul(left!, right!, true, true),
          ],
          a,
          b,
          left,
          right,
        )
        expect(products.reason).toBeUndefined()
        const want = exact(a.dataSync() as Float32Array, b.dataSync() as Float32Array, m, k, n)
        for (const product of products(a, b, left, right)) {
          expect(product.shape).toEqual([m, n])
          const worst = Math.max(...Array.from(product.dataSync(), (v, i) => Math.abs(v - want[i]!)))
          expect(worst).toBeLessThan(2e-6 * (1 + k))
        }
        products.dispose()
      })
})

test('batches of products broadcast', () =>
  void tf.tidy(() => {
    const a = Rng.seed(1).normal([2, 1, 5, 3])
    const b = Rng.seed(2).normal([4, 3, 6])
    const product = compile((x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y), a, b)(a, b)
    expect(product.shape).toEqual([2, 4, 5, 6])
    for (let i = 0; i < 2; i++)
      for (let j = 0; j < 4; j++) {
        const one = tf.slice(product, [i, j, 0, 0], [1, 1, 5, 6]).dataSync()
        const left = tf.slice(a, [i, 0, 0, 0], [1, 1, 5, 3]).dataSync() as Float32Array
        const right = tf.slice(b, [j, 0, 0], [1, 3, 6]).dataSync() as Float32Array
        const want = exact(left, right, 5, 3, 6)
        for (const [at, value] of want.entries()) expect(one[at]).toBeCloseTo(value, 4)
      }
  }))

test.each(SIZES)('products with %i rows end in the loop that follows', (m) => {
  for (const n of SIZES)
    tf.tidy(() => {
      const k = 9
      const inputs = [[m, k], [k, n], [n], [m, 1], [m, n]].map((shape, i) => Rng.seed(`${i} ${shape}`).normal(shape))
      const layer = (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor, row: tf.Tensor, other: tf.Tensor): tf.Tensor[] => {
        const sum = tf.add(tf.matMul(a, b), bias)
        const masked = tf.mul(tf.matMul(tf.transpose(b), tf.transpose(a)), tf.step(tf.transpose(other)))
        return [sum, tf.relu(sum), tf.tanh(tf.add(tf.mul(tf.matMul(a, b), row), other)), masked]
      }
      const compiled = compile((...[a, b, c, d, e]: tf.Tensor[]) => layer(a!, b!, c!, d!, e!), ...inputs)
      expect(compiled.explain()).toMatch(/MatMul \+/)
      const want = layer(inputs[0]!, inputs[1]!, inputs[2]!, inputs[3]!, inputs[4]!)
      for (const [i, got] of compiled(...inputs).entries()) {
        const numbers = want[i]!.dataSync()
        const worst = Math.max(...Array.from(got.dataSync(), (v, j) => Math.abs(v - numbers[j]!)))
        expect(worst, `output ${i}, ${n} columns`).toBeLessThan(1e-5)
      }
      compiled.dispose()
    })
})

test('long sums are taken in parts', () =>
  void tf.tidy(() => {
    const [a, b] = [Rng.seed(1).normal([1536, 6]), Rng.seed(2).normal([1536, 5])]
    const product = compile((x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, true), a, b)(a, b)
    const left = tf.transpose(a).dataSync() as Float32Array
    const want = exact(left, b.dataSync() as Float32Array, 6, 1536, 5)
    for (const [at, value] of want.entries()) expect(product.dataSync()[at]).toBeCloseTo(value, 3)
  }))
