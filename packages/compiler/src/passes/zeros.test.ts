import { Rng, useBackend, valueAndGradients } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { compile } from '../compile.js'
import type { Use } from '../graph.js'
import { Writer } from './graphs.fixture.js'
import { skipZeros } from './zeros.js'

beforeAll(() => useBackend('wasm'))

/** Ones on and below the diagonal that goes from one corner of a matrix to the other. */
const triangular = (rows: number, columns: number): number[] =>
  Array.from({ length: rows * columns }, (_, i) => (Math.floor(i / columns) * columns <= (i % columns) * rows ? 1 : 0))

const tableOf = (w: Writer, ...outputs: Use[]) => {
  const graph = skipZeros(w.graph(...outputs))
  const node = graph.nodes.find(({ kernel }) => kernel === 'MatMul')!
  const { table } = node.inputs
  const origin = table && graph.values[table.value]!.origin
  return { kind: node.attrs.table, data: origin?.kind === 'constant' ? Array.from(origin.data) : undefined }
}

test('each panel of a masked right side sums over the rows that are not masked', () => {
  const w = new Writer()
  const masked = w.node('Multiply', { a: w.input(24, 21), b: w.constant(triangular(24, 21), [24, 21]) }, [24, 21])
  const product = w.node('MatMul', { a: w.input(5, 24), b: masked }, [5, 21])
  // columns 0–7, 8–15, 16–19 and 20
  expect(tableOf(w, product)).toEqual({ kind: 'depth', data: [0, 9, 0, 18, 0, 22, 0, 23] })
})

test('the same of a transposed copy, or of a view', () => {
  const turned = (copied: boolean) => {
    const w = new Writer()
    const masked = w.node('Multiply', { a: w.constant(triangular(16, 8), [16, 8]), b: w.input(16, 8) }, [16, 8])
    const view = { ...masked, shape: [8, 16], view: { offset: 0, strides: [1, 8] } }
    const b = copied ? w.node('Copy', { x: view }, [8, 16]) : view
    return tableOf(w, w.node('MatMul', { a: w.input(5, 8), b }, [5, 16]))
  }
  expect(turned(true)).toEqual({ kind: 'depth', data: [0, 8, 4, 4] })
  expect(turned(false)).toEqual(turned(true))
})

test('tiles of a product that are wholly masked are left out, if nothing else needs it', () => {
  const make = (shared: boolean) => {
    const w = new Writer()
    const product = w.node('MatMul', { a: w.input(70, 3), b: w.input(3, 16) }, [70, 16])
    const masked = w.node('Multiply', { a: product, b: w.constant(triangular(70, 16), [70, 16]) }, [70, 16])
    return tableOf(w, masked, ...(shared ? [w.node('Exp', { x: product }, [70, 16])] : []))
  }
  // tiles of four rows: two panels of the first 64 rows, two of the rest, of which one tile is whole
  expect(make(false)).toEqual({ kind: 'rows', data: [0, 8, 0, 16, 0, 0, 0, 1] })
  expect(make(true).kind).toBeUndefined()
})

test('a right side without a mask, or with hardly a zero, has no table', () => {
  const w = new Writer()
  const few = triangular(24, 16).map((x, i) => (i === 16 ? 0 : x || 1))
  const masked = w.node('Multiply', { a: w.input(24, 16), b: w.constant(few, [24, 16]) }, [24, 16])
  expect(tableOf(w, w.node('MatMul', { a: w.input(5, 24), b: masked }, [5, 16])).kind).toBeUndefined()
})

test.each([1, 3, 4, 5, 7, 8, 63, 64, 65])(
  'masked layers of %i units give what the engine gives, gradients too',
  (n) => {
    for (const [rows, k] of [
      [1, 9],
      [6, 64],
      [65, 70],
    ] as const)
      tf.tidy(() => {
        const mask = tf.tensor2d(triangular(k, n), [k, n])
        const [x, weight] = [Rng.seed(`x ${k}`).normal([rows, k]), Rng.seed(`w ${k} ${n}`).normal([k, n])]
        const layer = (a: tf.Tensor, w: tf.Tensor): tf.Tensor[] => {
          const { value, gradients } = valueAndGradients(
            () => tf.sum(tf.square(tf.relu(tf.matMul(a, tf.mul(w, mask))))),
            [a, w],
          )
          return [value, ...gradients]
        }
        const compiled = compile((a: tf.Tensor, w: tf.Tensor) => layer(a, w), x, weight)
        const want = layer(x, weight)
        for (const [i, got] of compiled(x, weight).entries()) {
          const numbers = want[i]!.dataSync()
          const scale = Math.max(1, ...numbers.map(Math.abs))
          const worst = Math.max(...Array.from(got.dataSync(), (v, j) => Math.abs(v - numbers[j]!)))
          expect(worst / scale, `output ${i}`).toBeLessThan(1e-5)
        }
        compiled.dispose()
      })
  },
)
