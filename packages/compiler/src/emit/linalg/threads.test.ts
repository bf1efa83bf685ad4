import { Emerging, LULinear } from '@ebbflow/bijectors'
import { inverse, type Module, ndtri, Rng, slogdet, useBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compile, compileWith } from '../../compile.js'
import { openThreads } from '../../open-threads.js'
import type { ThreadPool } from '../../threads/pool.js'

let threads: ThreadPool
beforeAll(async () => {
  await useBackend('wasm')
  threads = await openThreads({ count: 2 })
})
afterAll(() => threads.close())

const values = (x: tf.Tensor): number[] => Array.from(x.dataSync() as Float32Array)
const moved = <M extends Module>(layer: M): M => {
  layer.init({ seed: 1 })
  for (const [path, slot] of layer.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), 0.1))))
  return layer
}

test('threads give the bits of one', () =>
  void tf.tidy(() => {
    const linear = moved(new LULinear({ dimensions: 7 }))
    const emerging = moved(new Emerging({ shape: [3, 4, 2] }))
    const cases: [(x: tf.Tensor) => tf.Tensor, number[]][] = [
      [(x) => linear.inverse(x), [7]],
      [(x) => emerging.inverse(x), [3, 4, 2]],
      [(x) => slogdet(x).logAbsDet, [3, 3]],
      [(x) => inverse(x), [3, 3]],
      [(x) => ndtri(tf.sigmoid(x)), [5]],
    ]
    for (const [f, event] of cases) {
      const x = Rng.seed(3).normal([700, ...event])
      const [alone, shared] = [compile(f, x), compileWith({ threads }, f, x)]
      const some = Rng.seed(4).normal([611, ...event])
      expect(values(shared(some))).toEqual(values(alone(some)))
      for (const program of [alone, shared]) program.dispose()
    }
  }))

test('a matrix that is refused in a thread is named by its place in the batch, and the threads go on', () => {
  const good = tf.add(tf.eye(2, 2, [700]), Rng.seed(5).uniform([700, 2, 2]))
  const zeros = Float32Array.from(good.dataSync() as Float32Array, (v, i) => (i >> 2 === 555 ? 0 : v))
  const bad = tf.tensor(zeros, [700, 2, 2])
  const shared = compileWith({ threads }, (x: tf.Tensor) => inverse(x), good)
  expect(() => shared(bad)).toThrow('inverse: singular matrix in matrix [555] of the batch, at pivot 0')
  tf.tidy(() => {
    expect(values(shared(good))).toEqual(values(inverse(good)))
  })
  shared.dispose()
  tf.dispose([good, bad])
})
