import { EbbflowError, registryOf } from '@ebbflow/core'
import { bijectorContract, drawTensor, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { InvertibleConvolution } from './invertible-convolution.js'

const registry = registryOf(InvertibleConvolution)
for (const lu of [false, true])
  for (const shape of [[1], [2], [5], [64], [2, 3, 2], [8, 8, 4]])
    bijectorContract(`InvertibleConvolution, [${shape}]${lu ? ', lu' : ''}`, {
      make: () => new InvertibleConvolution({ shape, lu, seed: 1 }),
      event: shape,
      parameterSpread: 0.2,
      kappa: 32,
      registry,
    })

describe('InvertibleConvolution', () => {
  it.each([false, true])('starts orthogonal, lu %s', (lu) => {
    tf.tidy(() => {
      for (const c of [1, 2, 6, 12]) {
        const layer = new InvertibleConvolution({ shape: [c], lu, seed: c }).init({ seed: 3 })
        const x = drawTensor(REALS, 'x', [5, c])
        const { value, logDet } = layer.forwardAndLogDet(x)
        const before = tf.matMul(x, x, false, true).dataSync()
        const after = tf.matMul(value, value, false, true).dataSync()
        for (const [i, v] of after.entries()) expect(Math.abs(v - before[i]!)).toBeLessThan(1e-4)
        for (const l of logDet.dataSync()) expect(Math.abs(l)).toBeLessThan(1e-5)
        layer.dispose()
      }
    })
  })

  it('does the same at each place', () => {
    tf.tidy(() => {
      const layer = new InvertibleConvolution({ shape: [2, 2, 3] }).init({ seed: 3 })
      const one = new InvertibleConvolution({ shape: [3] }).init({ seed: 3 })
      const x = drawTensor(REALS, 'x', [1, 2, 2, 3])
      const there = layer.forward(x).dataSync()
      const rows = one.forward(tf.reshape(x, [4, 3])).dataSync()
      for (const [i, v] of there.entries()) expect(v).toBeCloseTo(rows[i]!, 6)
      layer.dispose()
      one.dispose()
    })
  })

  it('says that a singular matrix has no inverse, and gives it a log-determinant of −∞', () => {
    tf.tidy(() => {
      const layer = new InvertibleConvolution({ shape: [2] }).init()
      layer
        .slots()
        .get('weight')!
        .assign(tf.ones([2, 2]))
      const x = tf.ones([1, 2])
      expect(layer.forwardAndLogDet(x).logDet.dataSync()[0]).toBe(Number.NEGATIVE_INFINITY)
      expect(() => layer.inverse(x)).toThrow(EbbflowError)
      expect(() => layer.inverse(x)).toThrow('singular')
      layer.dispose()
    })
  })
})
