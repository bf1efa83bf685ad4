import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { valueAndGradients } from '../../gradients/index.js'
import { constant } from '../../tensor.js'
import { currentBackend, loadBackend, withBackend } from '../index.js'

beforeAll(async () => {
  await loadBackend('cpu')
  await loadBackend('float64')
})

const owner = (x: tf.Tensor): tf.KernelBackend => tf.engine().state.tensorInfo.get(x.dataId)!.backend
const bits = (x: tf.Tensor): number[] => [...new Uint32Array(Float32Array.from(x.dataSync()).buffer)]
const VALUES = Float32Array.of(0.1, -1e-30, 3.4e38, -0, 1 / 3, Number.POSITIVE_INFINITY)

describe('data of another backend under float64', () => {
  it('stays where it is, bit for bit', () => {
    const x = tf.tensor1d(VALUES)
    const home = owner(x)
    const before = {
      bits: bits(x),
      tensors: tf.memory().numTensors,
      data: home.numDataIds(),
      refs: home.refCount(x.dataId),
    }
    withBackend('float64', () =>
      tf.tidy(() => {
        tf.add(tf.mul(x, constant(0.1)), tf.reshape(x, [6]))
        tf.clone(x)
        tf.cast(x, 'float32')
        tf.expandDims(x, 0)
        expect(x.dataSync()[0]).toBe(Math.fround(0.1))
      }),
    )
    expect(owner(x)).toBe(home)
    expect({
      bits: bits(x),
      tensors: tf.memory().numTensors,
      data: home.numDataIds(),
      refs: home.refCount(x.dataId),
    }).toEqual(before)
    x.dispose()
  })

  it('is computed with in double precision', () => {
    const x = tf.tensor1d(Float32Array.of(0.1, 0.7))
    const sum = withBackend('float64', () => tf.tidy(() => tf.sum(tf.square(x)).dataSync()[0]!))
    expect(sum).toBe(Math.fround(0.1) ** 2 + Math.fround(0.7) ** 2)
    x.dispose()
  })

  it('is read anew, so that no copy grows stale', () => {
    const v = tf.variable(tf.tensor1d([1, 2]))
    const read = (): number => withBackend('float64', () => tf.tidy(() => tf.sum(v).dataSync()[0]!))
    expect(read()).toBe(3)
    const next = tf.tensor1d([3, 4])
    v.assign(next)
    next.dispose()
    expect(read()).toBe(7)
    v.dispose()
  })

  it('may be a variable that gradients are taken in', () => {
    const value = tf.tensor1d(Float32Array.of(0.1, 0.7))
    const v = tf.variable(value)
    value.dispose()
    const home = owner(v)
    const before = { bits: bits(v), tensors: tf.memory().numTensors, data: home.numDataIds() }
    const double = tf.engine().registry.float64!
    const kept = double === home ? 0 : double.numDataIds()
    const gradient = withBackend('float64', () => {
      const result = tf.tidy(() => {
        const { gradients } = valueAndGradients(() => tf.sum(tf.mul(tf.exp(v), tf.mul(v, v))), [v])
        return gradients[0]!
      })
      const data = result.dataSync()
      result.dispose()
      return data
    })
    const x = Math.fround(0.7)
    expect(Math.abs(gradient[1]! - Math.exp(x) * (x * x + 2 * x))).toBeLessThan(1e-14)
    expect(owner(v)).toBe(home)
    expect({ bits: bits(v), tensors: tf.memory().numTensors, data: home.numDataIds() }).toEqual(before)
    if (double !== home) expect(double.numDataIds()).toBe(kept)
    v.dispose()
  })

  it('may become a variable there, which its home still owns', () => {
    const x = tf.tensor1d(VALUES)
    const home = owner(x)
    const data = home.numDataIds()
    const v = withBackend('float64', () => tf.variable(x))
    expect(home.refCount(x.dataId)).toBe(2)
    x.dispose()
    expect(bits(v)).toEqual([...new Uint32Array(VALUES.buffer)])
    v.dispose()
    expect(home.numDataIds()).toBe(data - 1)
  })

  it('goes round the backends unchanged', () => {
    const x = tf.tensor1d(VALUES)
    const before = bits(x)
    const use = (backend: string): number[] =>
      withBackend(backend, () => tf.tidy(() => [...tf.add(x, 0).dataSync()].slice(0, 3).map(Math.fround)))
    const expected = [...VALUES].slice(0, 3)
    for (const backend of [currentBackend(), 'float64', currentBackend(), 'cpu', 'float64', currentBackend()]) {
      expect(use(backend)).toEqual(expected)
      expect(bits(x)).toEqual(before)
    }
    x.dispose()
  })
})

describe('data of float64 under another backend', () => {
  it.each(['cpu', 'project'])('is rounded as it moves, %s', (name) => {
    const backend = name === 'project' ? currentBackend() : name
    const x = withBackend('float64', () => tf.mul(constant(0.1), tf.ones([3])))
    const double = tf.engine().registry.float64!
    const data = double.numDataIds()
    const moved = withBackend(backend, () => tf.tidy(() => [...tf.add(x, 0).dataSync()]))
    if (backend === 'float64') {
      expect(moved).toEqual([0.1, 0.1, 0.1])
    } else {
      expect(moved).toEqual([0, 0, 0].map(() => Math.fround(0.1)))
      expect(x.dataSync()).toBeInstanceOf(Float32Array)
      expect(double.numDataIds()).toBe(data - 1)
    }
    expect([...withBackend('float64', () => tf.tidy(() => tf.add(x, 0).dataSync()))]).toEqual(moved)
    x.dispose()
  })

  it('moves integers and masks whole', () => {
    const [i, b] = withBackend('float64', () => [tf.tensor1d([1, -2, 7], 'int32'), tf.tensor1d([1, 0, 1], 'bool')])
    withBackend('cpu', () =>
      tf.tidy(() => {
        expect([...tf.add(i!, tf.scalar(1, 'int32')).dataSync()]).toEqual([2, -1, 8])
        expect([...tf.logicalNot(b!).dataSync()]).toEqual([0, 1, 0])
      }),
    )
    i!.dispose()
    b!.dispose()
  })
})
