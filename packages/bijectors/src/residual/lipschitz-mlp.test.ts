import { commit, Rng, type StateUpdates } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { LipschitzMLP, type LipschitzMLPOptions } from './lipschitz-mlp.js'

const net = (options: Partial<LipschitzMLPOptions> = {}): LipschitzMLP =>
  new LipschitzMLP({ inputs: 3, outputs: 3, hidden: [24, 24], ...options }).init({ seed: 2 })

function enlarge(mlp: LipschitzMLP, factor: number): void {
  for (const [path, slot] of mlp.parameters())
    if (path.endsWith('kernel')) tf.tidy(() => slot.assign(tf.mul(slot.value, factor)))
}

describe('LipschitzMLP', () => {
  it.each([1, 8, 100])('keeps its true norm below 1 with kernels %i times as large', (factor) => {
    const mlp = net()
    enlarge(mlp, factor)
    const bound = mlp.lipschitzBound()
    expect(bound).toBeLessThan(0.9 ** 3 * 1.01)
    if (factor > 1) expect(bound).toBeGreaterThan(0.9 ** 3 * 0.999)
    mlp.dispose()
  })

  it('leaves small kernels alone', () => {
    const mlp = net()
    enlarge(mlp, 0.01)
    const before = mlp.lipschitzBound()
    enlarge(mlp, 0.5)
    expect(mlp.lipschitzBound() / before).toBeCloseTo(1 / 8, 4)
    mlp.dispose()
  })

  it('tells where power iteration was cut short', () => {
    const mlp = net({ powerIteration: { maxSteps: 1 }, coefficient: 0.99 })
    enlarge(mlp, 100)
    // one step from a random vector falls short of σ, and the margin of 0.99 is too small for that
    expect(mlp.lipschitzBound()).toBeGreaterThan(0.99 ** 3)
    mlp.dispose()
  })

  it('stretches no pair of points by more than its bound', () => {
    tf.tidy(() => {
      const mlp = net()
      enlarge(mlp, 10)
      const rng = Rng.seed('pairs')
      const a = tf.mul(rng.normal([500, 3]), 3)
      const b = tf.add(a, tf.mul(rng.normal([500, 3]), 0.125))
      const weights = mlp.weights()
      const length = (t: tf.Tensor): tf.Tensor => tf.sqrt(tf.sum(tf.square(t), -1))
      const ratio = tf.div(length(tf.sub(mlp.apply(a, weights), mlp.apply(b, weights))), length(tf.sub(a, b)))
      const most = Math.max(...ratio.dataSync())
      expect(most).toBeLessThan(mlp.lipschitzBound() * 1.0001)
      expect(most).toBeGreaterThan(0.02)
      mlp.dispose()
    })
  })

  it('hands the next vectors out in training, and only then', () => {
    const mlp = net({ powerIteration: { maxSteps: 2 } })
    const vectors = (): number[] =>
      [...mlp.slots()].filter(([path]) => path.endsWith('vector')).flatMap(([, slot]) => [...slot.value.dataSync()])
    const before = vectors()
    const updates: StateUpdates = new Map()
    tf.tidy(() => {
      mlp.weights({ mode: 'eval', updates })
      expect(updates.size).toBe(0)
      mlp.weights({ mode: 'train', updates })
      expect(updates.size).toBe(3)
      expect(vectors()).toEqual(before)
    })
    commit(updates)
    expect(vectors()).not.toEqual(before)
    // step by step they come to σ, and the true norms to the bound
    enlarge(mlp, 100)
    for (let i = 0; i < 100; i++) {
      const more: StateUpdates = new Map()
      tf.tidy(() => void mlp.weights({ mode: 'train', updates: more }))
      commit(more)
    }
    expect(mlp.lipschitzBound()).toBeLessThan(0.9 ** 3 * 1.001)
    mlp.dispose()
  })

  it('refuses ReLU, and says why', () => {
    // @ts-expect-error not among the smooth activations
    expect(() => net({ activation: 'relu' })).toThrow('its log-determinant has no gradient')
    // @ts-expect-error none at all
    expect(() => net({ activation: 'gelu' })).toThrow('unknown smooth activation')
    expect(() => net({ coefficient: 1 })).toThrow('below 1')
  })
})
