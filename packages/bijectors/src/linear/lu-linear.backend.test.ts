import { registryOf, tensor } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { LULinear } from './lu-linear.js'
import { Permutation } from './permutation.js'

const registry = registryOf(LULinear)
for (const dimensions of [1, 2, 5])
  bijectorContract(`LULinear, D = ${dimensions}`, {
    make: () => new LULinear({ dimensions, order: Permutation.random(dimensions, 1).order }),
    event: [dimensions],
    kappa: 32,
    registry,
  })
bijectorContract('LULinear, D = 64', {
  make: () => new LULinear({ dimensions: 64, order: Permutation.random(64, 1).order }),
  event: [64],
  // the condition number of random triangles grows exponentially with their spread and size
  parameterSpread: 0.05,
  kappa: 64,
  registry,
})
bijectorContract('LULinear (softplus)', {
  make: () => new LULinear({ dimensions: 4, diagonal: 'softplus' }),
  event: [4],
  kappa: 64,
  registry,
})

describe('LULinear', () => {
  it.each(['exp', 'softplus'] as const)('starts as its permutation, with %s', (diagonal) => {
    tf.tidy(() => {
      const layer = new LULinear({ dimensions: 3, order: [2, 0, 1], diagonal }).init()
      const { value, logDet } = layer.forwardAndLogDet(tensor([1, 2, 3]))
      for (const [i, e] of [3, 1, 2].entries()) expect(value.dataSync()[i]).toBeCloseTo(e, 6)
      expect(logDet.dataSync()[0]).toBeCloseTo(0, 6)
      layer.dispose()
    })
  })

  it('refuses an order that does not fit', () => {
    expect(() => new LULinear({ dimensions: 3, order: [1, 0] })).toThrow('3 places')
    expect(() => new LULinear({ dimensions: 2, order: [1, 1] })).toThrow('permutation')
  })
})
