import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import { describe, expect, it } from 'vitest'
import { Affine } from './affine.js'

const registry = registryOf(Affine)

bijectorContract('Affine (elementwise)', { make: () => new Affine({ shift: 0.7, scale: -2.5 }), event: [], registry })
bijectorContract('Affine (fixed)', {
  make: () => new Affine({ shift: [1, -2, 0.1], scale: [0.3, -4, 1.7] }),
  event: [3],
  kappa: 4,
  registry,
})
bijectorContract('Affine (learnable)', {
  make: () =>
    new Affine({
      shift: 0.1,
      scale: [
        [1.1, -0.3],
        [2, 5],
      ],
      learnable: true,
    }),
  event: [2, 2],
  kappa: 8,
  registry,
})

for (const shape of [[1], [2], [5], [64], [8, 8, 4]])
  bijectorContract(`Affine (learnable), [${shape}]`, {
    make: () => new Affine({ shift: 0.3, scale: -1.5, shape, learnable: true }),
    event: shape,
    kappa: 8,
    registry,
  })

describe('Affine', () => {
  it('refuses a scale of zero and a shift that is not finite', () => {
    expect(() => new Affine({ scale: [1, 0] })).toThrow('scale')
    expect(() => new Affine({ shift: Number.NaN })).toThrow('shift')
  })
})
