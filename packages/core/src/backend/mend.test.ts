import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it, vi } from 'vitest'
import { installMends, type Kernel, type Mend, scratch } from './mend.js'

const NAME = 'EbbflowTestTwice'
const run = (x: tf.Tensor): number[] => [...(tf.engine().runKernel(NAME, { x }) as tf.Tensor).dataSync()]

afterEach(() => {
  if (tf.getKernel(NAME, 'wasm')) tf.unregisterKernel(NAME, 'wasm')
  vi.restoreAllMocks()
})

const doubling: Kernel = ({ inputs, backend }) =>
  scratch(backend, (kernel) => kernel('Add', { a: inputs.x!, b: inputs.x! }))
const negating: Mend = {
  kernel: NAME,
  mend: (original) => (call) =>
    scratch(call.backend, (kernel) => {
      const x = original(call) as tf.TensorInfo
      const out = kernel('Neg', { x })
      call.backend.disposeData(x.dataId)
      return out
    }),
}

it('mends stand around each other in order, once, without a warning, and leave nothing behind', () => {
  const warn = vi.spyOn(console, 'warn')
  const lacking: Mend = { kernel: NAME, mend: () => doubling }
  installMends('wasm', [lacking, negating])
  installMends('wasm', [lacking, negating])
  expect(warn).not.toHaveBeenCalled()
  const x = tf.tensor1d([1, -2])
  const before = tf.backend().numDataIds()
  expect(tf.tidy(() => run(x) as unknown as tf.Tensor)).toEqual([-2, 4])
  expect(tf.backend().numDataIds()).toBe(before)
  x.dispose()
})

it('scratch frees what was made when a step throws', () => {
  const x = tf.tensor1d([1, 2])
  const before = tf.backend().numDataIds()
  expect(() =>
    scratch(tf.backend(), (kernel) => {
      kernel('Neg', { x })
      throw new Error('midway')
    }),
  ).toThrow('midway')
  expect(tf.backend().numDataIds()).toBe(before)
  x.dispose()
})
