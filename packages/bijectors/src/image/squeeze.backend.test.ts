import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Squeeze } from './squeeze.js'

const registry = registryOf(Squeeze)
bijectorContract('Squeeze', { make: () => new Squeeze(), event: [4, 4, 2], registry })
bijectorContract('Squeeze by 3', { make: () => new Squeeze({ factor: 3 }), event: [3, 6, 1], registry })
bijectorContract('Squeeze, 8×8×4', { make: () => new Squeeze(), event: [8, 8, 4], registry })

describe('Squeeze', () => {
  it('lays the pixels of a block out row by row within each channel', () => {
    tf.tidy(() => {
      // pixel (i, j) of channel k holds 100 k + 10 i + j
      const x = tf.tensor3d([0, 1, 2, 3].map((i) => [0, 1].map((j) => [0, 1].map((k) => 100 * k + 10 * i + j))))
      const y = new Squeeze().forward(x)
      expect(y.shape).toEqual([2, 1, 8])
      expect([...y.dataSync()]).toEqual([0, 1, 10, 11, 100, 101, 110, 111, 20, 21, 30, 31, 120, 121, 130, 131])
    })
  })
  it('says which sides it takes', () => {
    tf.tidy(() => {
      expect(() => new Squeeze().forward(tf.zeros([2, 3, 4, 1]))).toThrow('expected multiples of 2, got [3, 4, 1]')
      expect(() => new Squeeze().inverse(tf.zeros([2, 2, 2, 6]))).toThrow('expected a multiple of 4 channels')
    })
    expect(() => new Squeeze({ factor: 1 })).toThrow('at least 2×2')
  })
})
