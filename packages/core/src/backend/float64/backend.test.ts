import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { constant, tensor } from '../../tensor.js'
import { loadBackend, withBackend } from '../index.js'

beforeAll(() => loadBackend('float64'))

const inDouble = <T>(body: () => T): T => withBackend('float64', body)
const store = (): tf.KernelBackend => tf.engine().registry.float64!

describe('the float64 backend', () => {
  it('is never taken unless asked for', () => {
    expect(tf.engine().registryFactory.float64!.priority).toBe(0)
    expect(tf.engine().backendName).toBe('wasm')
  })

  it('counts tensors, bytes and data as others do', () => {
    inDouble(() => {
      const before = tf.memory()
      const dataIds = store().numDataIds()
      const x = tensor([1, 2, 3, 4])
      const y = tf.reshape(x, [2, 2])
      const z = tf.clone(y)
      expect(tf.memory().numTensors - before.numTensors).toBe(3)
      // a reshape and a clone share their input's data
      expect(store().numDataIds() - dataIds).toBe(1)
      expect(tf.memory().numDataBuffers - before.numDataBuffers).toBe(1)
      expect(store().refCount(x.dataId)).toBe(3)
      x.dispose()
      y.dispose()
      expect([...z.dataSync()]).toEqual([1, 2, 3, 4])
      z.dispose()
      expect(store().numDataIds()).toBe(dataIds)
      expect(store().refCount(x.dataId)).toBe(0)
      expect(tf.memory()).toMatchObject({
        numTensors: before.numTensors,
        numDataBuffers: before.numDataBuffers,
        numBytes: before.numBytes,
      })
    })
  })

  it('counts variables, and lets go of the old value on assignment', () => {
    inDouble(() => {
      const before = { data: store().numDataIds(), tensors: tf.memory().numTensors }
      const first = tensor([1, 2])
      const v = tf.variable(first)
      first.dispose()
      const second = tensor([0.1, 0.2])
      v.assign(second as tf.Tensor<tf.Rank>)
      second.dispose()
      expect([...v.dataSync()]).toEqual([0.1, 0.2])
      expect(store().numDataIds()).toBe(before.data + 1)
      v.dispose()
      expect({ data: store().numDataIds(), tensors: tf.memory().numTensors }).toEqual(before)
    })
  })

  it('keeps out of its storage what callers do to arrays', () => {
    inDouble(() => {
      const given = Float32Array.of(1, 2)
      const x = tf.tensor1d(given)
      given[0] = 9
      const read = x.dataSync()
      read[1] = 9
      expect([...x.dataSync()]).toEqual([1, 2])
      x.dispose()
    })
  })

  it('reads asynchronously, prints, and nests', async () => {
    const x = inDouble(() => tensor([[0.1, 0.2]]))
    expect([...(await x.data())]).toEqual([0.1, 0.2])
    expect(x.arraySync()).toEqual([[0.1, 0.2]])
    expect(x.toString()).toMatch(/0\.1/)
    x.dispose()
    const kernelMs = await inDouble(() => store().time(() => {}))
    expect(kernelMs).toHaveProperty('kernelMs')
  })

  it('has the smallest step of doubles', () => {
    expect(store().epsilon()).toBe(2 ** -52)
    expect(store().floatPrecision()).toBe(32)
  })

  it('refuses dtypes that it does not keep, and data that is gone', () => {
    expect(() => inDouble(() => tf.fill([1], 'a', 'string'))).toThrow(/dtype/)
    const x = inDouble(() => constant(1))
    const { dataId } = x
    x.dispose()
    expect(() => store().readSync(dataId)).toThrow(/disposed/)
  })

  it('passes the engine’s own check for leaks in kernels', () => {
    const before = tf.env().getBool('IS_TEST')
    tf.env().set('IS_TEST', true)
    try {
      const x = tf.tensor2d([1, 2, 3, 4], [2, 2])
      inDouble(() =>
        tf.tidy(() => tf.split(tf.softmax(tf.matMul(tf.reshape(x, [2, 2]), tf.cast(x, 'float32'))), 2).length),
      )
      x.dispose()
    } finally {
      tf.env().set('IS_TEST', before)
    }
  })
})
