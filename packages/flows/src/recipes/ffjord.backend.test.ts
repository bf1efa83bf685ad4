import { Rng, tensor } from '@ebbflow/core'
import { drawTensor, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { densities } from '../arrays.js'
import { loadFlow, saveFlow } from '../file/index.js'
import { ffjord } from './ffjord.js'

describe('ffjord', () => {
  const stirred = (options: Partial<Parameters<typeof ffjord>[0]> = {}) => {
    const flow = ffjord({ dimensions: 2, hidden: [8], activation: 'tanh', ...options }).init({ seed: 1 })
    for (const [path, slot] of flow.parameters())
      tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), tensor(0.3)))))
    return flow
  }

  it('carries data to noise and back, and samples with their densities', () => {
    tf.tidy(() => {
      const flow = stirred({ layers: 2 })
      const x = drawTensor(REALS, 'x', [5, 2])
      const worst = (a: tf.Tensor, b: tf.Tensor): number => Math.max(...tf.abs(tf.sub(a, b)).dataSync())
      expect(worst(flow.fromLatent(flow.toLatent(x)), x)).toBeLessThan(3e-4)
      const { value, logProb } = flow.sampleAndLogProb(5, { rng: Rng.seed(2) })
      expect(worst(flow.logProb(value), logProb)).toBeLessThan(3e-4)
      expect(worst(flow.logProb(x), flow.base.logProb(x))).toBeGreaterThan(0.01)
      flow.dispose()
    })
  })

  it('estimates with Hutchinson traces, and says so', () => {
    tf.tidy(() => {
      const flow = stirred({ trace: 'hutchinson' })
      const exact = stirred()
      const x = drawTensor(REALS, 'x', [5, 2])
      expect(flow.estimated).toBe(true)
      expect(() => flow.logProb(x)).toThrow(/^bijector\.0\.inner: this layer only estimates/)
      const estimates = flow.logProbEstimate(x, { rng: Rng.seed(1) })
      expect(Math.max(...tf.abs(tf.sub(estimates, exact.logProb(x))).dataSync())).toBeLessThan(2)
      flow.dispose()
      exact.dispose()
    })
  })

  it('takes a context, and keeps its options in a file', () => {
    const flow = stirred({ context: 1, rtol: 1e-4 })
    const { flow: again } = loadFlow(saveFlow(flow))
    const at = (context: number, of = flow): number => densities(of, [[0.5, 1]], { context: [[context]] })[0]!
    expect(at(1, again as typeof flow)).toBeCloseTo(at(1), 5)
    expect(Math.abs(at(1) - at(-1))).toBeGreaterThan(1e-3)
    flow.dispose()
    again.dispose()
    // @ts-expect-error not smooth
    expect(() => ffjord({ dimensions: 2, activation: 'relu' })).toThrow('must be smooth')
  })
})
