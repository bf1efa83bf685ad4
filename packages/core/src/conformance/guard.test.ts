import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { withBackend } from '../backend/index.js'
import { guardHeap } from './guard.js'

let guard: ReturnType<typeof guardHeap>
let heap: { HEAPU8: Uint8Array }
const addressOf = (x: tf.Tensor): number =>
  (tf.backend() as unknown as { getMemoryOffset(id: object): number }).getMemoryOffset(x.dataId)

beforeEach(() => {
  const backend = withBackend('wasm', () => tf.backend())
  heap = (backend as unknown as { wasm: typeof heap }).wasm
  guard = guardHeap(backend)
})
afterEach(() => guard.stop())

it('finds a byte written past a tensor, before it, and while it is freed', () => {
  const [x, y, z] = [tf.tensor1d([1, 2, 3]), tf.tensor1d([1, 0, 1], 'bool'), tf.zeros([0])]
  expect(guard.check()).toBe(0)
  heap.HEAPU8[addressOf(x!) + 12] = 7
  heap.HEAPU8[addressOf(y!) - 1] = 7
  heap.HEAPU8[addressOf(z!)] = 7
  expect(guard.check()).toBe(3)
  expect(guard.check()).toBe(0)
  heap.HEAPU8[addressOf(x!) + 20] = 7
  for (const t of [x!, y!, z!]) t.dispose()
  expect(guard.check()).toBe(1)
})

it('leaves values alone, and tensors outlive it', () => {
  const x = tf.tensor1d([1, 2, 3])
  guard.stop()
  expect([...tf.add(x, x).dataSync()]).toEqual([2, 4, 6])
  x.dispose()
  expect(guard.check()).toBe(0)
})
