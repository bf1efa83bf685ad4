import { type Call, commit, registryOf, type StateUpdates } from '@ebbflow/core'
import { bijectorContract, drawTensor } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { ActNorm } from './act-norm.js'

const registry = registryOf(ActNorm)
for (const shape of [[1], [2], [5], [64], [2, 2, 3], [8, 8, 4]])
  bijectorContract(`ActNorm, [${shape}]`, { make: () => new ActNorm({ shape }), event: shape, kappa: 8, registry })

describe('ActNorm', () => {
  it.each(['forward', 'inverse'] as const)('standardises what comes out of its first batch, %s', (direction) => {
    tf.tidy(() => {
      const layer = new ActNorm({ shape: [2] }).init()
      const x = tf.add(
        tf.mul(drawTensor({ lower: -Infinity, upper: Infinity }, 'x', [512, 2]), tf.tensor1d([3, 0.25])),
        5,
      )
      const updates: StateUpdates = new Map()
      const call: Call = { mode: 'train', updates, initialise: true }
      const there = layer[direction](x, call)
      commit(updates)
      // the values of the initialising call are those of the layer from then on
      const again = layer[direction](x)
      expect(Math.max(...tf.abs(tf.sub(there, again)).dataSync())).toBeLessThan(1e-5)
      const { mean, variance } = tf.moments(again, 0)
      for (const m of mean.dataSync()) expect(Math.abs(m)).toBeLessThan(1e-4)
      for (const v of variance.dataSync()) expect(Math.abs(v - 1)).toBeLessThan(1e-3)
      layer.dispose()
    })
  })
})
