import { BatchNorm, Chain } from '@ebbflow/bijectors'
import { commit, Rng, type StateUpdates, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Flow } from './flow.js'
import { standardNormal } from './recipes/options.js'

const layers = () => [new BatchNorm({ shape: [2] }), new BatchNorm({ shape: [2], affine: true })]
const flowOf = () => new Flow({ base: standardNormal(2), bijector: Chain.fromData(layers()) }).init()

/** Draws of N(3, 2²) × N(−1, ¼²), whose entropy is log 2πe + log ½. */
function batch(seed: number, rows = 500): tf.Tensor {
  return tf.add(tf.mul(Rng.seed(seed).normal([rows, 2]), tensor([2, 0.25])), tensor([3, -1]))
}
const ENTROPY = Math.log(2 * Math.PI * Math.E) + Math.log(0.5)

describe('batch normalisation within a flow', () => {
  it('trains on the moments of batches, and evaluates and draws with the running ones', () => {
    const flow = flowOf()
    for (let step = 0; step < 60; step++) {
      const updates: StateUpdates = new Map()
      tf.tidy(() => {
        const x = batch(step)
        const nll = -tf.mean(flow.logProbIn(x, { mode: 'train', updates })).dataSync()[0]!
        // from the first step on that of the normals with the moments of this batch
        const [a, b] = tf.moments(x, 0).variance.dataSync()
        expect(Math.abs(nll - Math.log(2 * Math.PI * Math.E) - 0.5 * Math.log(a! * b!))).toBeLessThan(2e-3)
      })
      commit(updates)
    }
    tf.tidy(() => {
      const nll = -tf.mean(flow.logProb(batch(100, 8000))).dataSync()[0]!
      expect(Math.abs(nll - ENTROPY)).toBeLessThan(0.1)
      const { mean, variance } = tf.moments(flow.sample(4000, { rng: Rng.seed(7) }), 0)
      for (const [i, [m, v]] of [
        [3, 4],
        [-1, 1 / 16],
      ].entries()) {
        expect(Math.abs(mean.dataSync()[i]! - m!)).toBeLessThan(0.1 * Math.sqrt(v!))
        expect(Math.abs(variance.dataSync()[i]! - v!)).toBeLessThan(0.1 * v!)
      }
    })
    flow.dispose()
  })

  it('is set by the batch that a flow is initialised with', () => {
    tf.tidy(() => {
      const flow = flowOf()
      const x = batch(1)
      flow.initialise(x)
      const { mean, variance } = tf.moments(flow.toLatent(x), 0)
      for (const m of mean.dataSync()) expect(Math.abs(m)).toBeLessThan(1e-4)
      for (const v of variance.dataSync()) expect(Math.abs(v - 1)).toBeLessThan(1e-3)
      flow.dispose()
    })
  })
})
