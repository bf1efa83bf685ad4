import { registryOf, tensor } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Bounded } from './bounded.js'

const registry = registryOf(Bounded)
// near a bound of 0 floats are dense, near the others a rounding error of y is one of e^|x| in x
bijectorContract('Bounded (elementwise)', {
  make: () => new Bounded({ lower: -2, upper: 5 }),
  event: [],
  range: { lower: -2, upper: 5 },
  kappa: 16,
  edges: { forward: [-80, -17, 0, 17, 80], inverse: [-2 + 2 ** -20, 0, 5 - 2 ** -20] },
  registry,
})
for (const dimensions of [1, 2, 5, 64])
  bijectorContract(`Bounded, D = ${dimensions}`, {
    make: () =>
      new Bounded({
        lower: Array.from({ length: dimensions }, (_, i) => -1 - i),
        upper: Array.from({ length: dimensions }, (_, i) => 0.5 * (i + 1)),
      }),
    event: [dimensions],
    kappa: 64,
    registry,
  })

bijectorContract('Bounded, 8×8×4', {
  make: () => new Bounded({ lower: -1, upper: 2, shape: [8, 8, 4] }),
  event: [8, 8, 4],
  kappa: 64,
  registry,
})

describe('Bounded', () => {
  it('takes one bound for all and one for each', () => {
    tf.tidy(() => {
      const y = new Bounded({ lower: [0, -1], upper: 2 }).forward(tensor([0, 0]))
      expect([...y.dataSync()]).toEqual([1, 0.5])
    })
  })

  it('stays finite in its log-determinant far out', () => {
    tf.tidy(() => {
      const { logDet } = new Bounded().forwardAndLogDet(tensor([-700, 700]))
      for (const l of logDet.dataSync()) expect(l).toBeCloseTo(-700, 3)
    })
  })

  it('refuses bounds out of order, not finite, or that do not fit', () => {
    expect(() => new Bounded({ lower: [0, 3], upper: [1, 3] })).toThrow('3 and 3')
    expect(() => new Bounded({ lower: 0, upper: Infinity })).toThrow('finite')
    expect(() => new Bounded({ lower: [0, 0], upper: [1, 1, 1] })).toThrow('[3]')
  })
})
