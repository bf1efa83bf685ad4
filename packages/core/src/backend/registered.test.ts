import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, expect, it } from 'vitest'
import { valueAndGradients } from '../gradients/index.js'
import { currentBackend, loadBackend, useBackend } from './use.js'

afterAll(async () => {
  await useBackend('wasm')
  tf.removeBackend('mine')
})

it('a backend that the program registered is taken by its name, gradients and all', async () => {
  await loadBackend('cpu')
  tf.copyRegisteredKernels('cpu', 'mine')
  tf.registerBackend('mine', () => new MathBackendCPU())
  await useBackend('mine')
  expect(currentBackend()).toBe('mine')
  tf.tidy(() => {
    const x = tf.tensor1d([1, 2, 3])
    const { value, gradients } = valueAndGradients(() => tf.sum(tf.square(x)), [x])
    expect(value.dataSync()[0]).toBe(14)
    expect([...gradients[0]!.dataSync()]).toEqual([2, 4, 6])
  })
})

it('one that nobody registered is refused, with those that there are', async () => {
  await expect(useBackend('nobody')).rejects.toThrow(expect.objectContaining({ code: 'backend' }))
  await expect(useBackend('nobody')).rejects.toThrow('wasm')
})
