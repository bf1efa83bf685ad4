import * as tf from '@tensorflow/tfjs-core'
import { afterAll, expect, inject, it } from 'vitest'
import { rules } from '../gradients/rules/index.js'
import { currentBackend, loadBackend, useBackend } from './use.js'

const backend = inject('backend')
const engineName = currentBackend()

afterAll(async () => {
  await useBackend(backend)
})

it('auto takes the backend that suits the work and names it', async () => {
  const said: string[] = []
  const work = backend === 'native' ? 1e9 : 1e3
  const taken = await useBackend('auto', { work, log: (message) => said.push(message) })
  expect(taken).toBe(backend === 'native' ? 'native' : 'wasm')
  expect(currentBackend()).toBe(backend === 'native' ? 'tensorflow' : 'wasm')
  expect(said).toHaveLength(1)
})

it('loading another backend leaves the current one and our gradient rules in place', async () => {
  await useBackend(backend)
  await loadBackend('cpu')
  expect(currentBackend()).toBe(engineName)
  for (const rule of rules) expect(tf.getGradient(rule.kernelName)).toBe(rule)
})

it('a kernel is mended once, however often its backend is loaded', async () => {
  const before = tf.getKernel('ClipByValue', engineName)
  await loadBackend(backend)
  await useBackend(backend)
  expect(tf.getKernel('ClipByValue', engineName)).toBe(before)
})

it('a backend that nobody registered is refused by name', async () => {
  await expect(useBackend('quantum')).rejects.toMatchObject({ code: 'backend', received: 'quantum' })
})
