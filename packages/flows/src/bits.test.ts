import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { bitsPerDim } from './bits.js'

describe('bitsPerDim', () => {
  it('is the entropy of uniform levels', () => {
    // a uniform density on [0, 1]³ has log-density 0; among 256 levels each value is worth 8 bits
    expect(bitsPerDim(0, { dimensions: 3, levels: 256 })).toBe(8)
    expect(bitsPerDim([-3 * Math.log(256), -3 * Math.log(256)], { dimensions: 3 })).toBeCloseTo(8, 12)
  })
  it('takes tensors, and the mean over events', () => {
    const logProb = tf.tensor2d([[-1], [-3]])
    expect(bitsPerDim(logProb, { dimensions: 2 })).toBeCloseTo(1 / Math.LN2, 6)
    logProb.dispose()
  })
  it('is infinite for impossible data, and throws for what is not a number', () => {
    expect(bitsPerDim([0, Number.NEGATIVE_INFINITY], { dimensions: 2 })).toBe(Number.POSITIVE_INFINITY)
    expect(() => bitsPerDim([0, Number.NaN], { dimensions: 2 })).toThrow('log-probability 1 is not a number')
    expect(() => bitsPerDim([], { dimensions: 2 })).toThrow('no log-probabilities')
    expect(() => bitsPerDim(0, { dimensions: 0 })).toThrow('per dimension')
  })
})
