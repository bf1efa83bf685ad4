import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, inject, it } from 'vitest'
import { type KernelDefinition, Rng, runKernel, runKernels, vjp, withBackend } from '../index.js'

const backend = inject('backend')
const double = backend === 'float64'

const cube: KernelDefinition = {
  name: 'EbbflowTestCube',
  compute: ([x]) => ({ values: Float64Array.from(x!.values, (v) => v ** 3 / 3), shape: x!.shape }),
  gradient: ({ dys: [dy], inputs: [x] }) => [() => tf.mul(dy!, tf.square(x!))],
}

const divide: KernelDefinition<{ by: number }> = {
  name: 'EbbflowTestDivide',
  compute: ([x], { by }) => [
    { values: Int32Array.from(x!.values, (v) => Math.floor(v / by)), shape: x!.shape },
    { values: Float64Array.from(x!.values, (v) => v % by), shape: x!.shape },
    { values: x!.values as Float32Array, shape: x!.shape },
  ],
  gradient: ({ dys }) => [() => tf.add(dys[1]!, dys[2]!)],
}

describe('kernels of our own', () => {
  it('compute in double precision and keep it where the backend does', () => {
    const y = runKernel(cube, [tf.tensor1d([1, 2])]).dataSync()
    expect(Math.abs(y[0]! - 1 / 3)).toBeLessThan(double ? 1e-17 : 1e-7)
    expect(y[0]! === 1 / 3).toBe(double)
  })

  it('return several outputs, of their own types, that do not share their input’s storage', () => {
    const x = tf.tensor1d([7, 9, 2])
    const [q, r, same] = runKernels(divide, [x], { by: 4 })
    expect(q!.dtype).toBe('int32')
    expect([...q!.dataSync()]).toEqual([1, 2, 0])
    expect([...r!.dataSync()]).toEqual([3, 1, 2])
    x.dispose()
    expect([...same!.dataSync()]).toEqual([7, 9, 2])
    const z = tf.tensor1d([7, 9, 2])
    const { gradients } = vjp(() => tf.sum(tf.mul(runKernels(divide, [z], { by: 4 })[1]!, 2)), [z])
    expect([...gradients[0]!.dataSync()]).toEqual([2, 2, 2])
  })

  it('are differentiable twice, and leave nothing behind', () => {
    const x = tf.tensor1d([2, 3])
    const before = tf.memory().numTensors
    const first = (): tf.Tensor => vjp(() => runKernel(cube, [x]), [x], tf.ones([2])).gradients[0]!
    const second = tf.tidy(() => vjp(() => tf.sum(first()), [x]).gradients[0]!)
    expect([...second.dataSync()]).toEqual([4, 6])
    expect(tf.memory().numTensors).toBe(before + 1)
  })

  it('read what another backend holds, and leave it there', () => {
    const engine = tf.engine() as unknown as { state: { tensorInfo: WeakMap<object, { backend: tf.KernelBackend }> } }
    const owner = (t: tf.Tensor): tf.KernelBackend => engine.state.tensorInfo.get(t.dataId)!.backend
    const x = tf.tensor1d([1, 2])
    const held = owner(x)
    const y = withBackend('float64', () => runKernel(cube, [x]))
    expect(owner(x)).toBe(held)
    expect(owner(runKernel(cube, [y]))).toBe(held)
    expect(owner(y)).not.toBe(double ? undefined : held)
  })

  it('take empty tensors', () => {
    const y = runKernel(cube, [tf.zeros([0, 3])])
    expect(y.shape).toEqual([0, 3])
    expect(y.dataSync()).toHaveLength(0)
  })

  it('draw the same random bits on each backend', () => {
    const x = Rng.seed(1).normal([3]).dataSync()
    expect([...x]).toEqual([...Rng.seed(1).values('normal', 3)])
  })
})
