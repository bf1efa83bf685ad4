import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import { describe, expect, it } from 'vitest'
import { Affine } from '../elementwise/affine.js'
import { Chain } from './chain.js'
import { Reshape } from './reshape.js'

const registry = registryOf(Reshape, Chain, Affine)
bijectorContract('Reshape (to an image)', {
  make: () => new Reshape({ from: [16], to: [2, 2, 4] }),
  event: [16],
  registry,
})
bijectorContract('Reshape (to a vector)', {
  make: () => new Reshape({ from: [2, 3], to: [6] }),
  event: [2, 3],
  registry,
})
bijectorContract('Reshape (within a chain)', {
  make: () => new Chain([new Reshape({ from: [4], to: [2, 2] }), new Affine({ shape: [2, 2], learnable: true })]),
  event: [4],
  kappa: 4,
  registry,
})

for (const [from, to] of [
  [[1], [1, 1]],
  [[2], [2, 1]],
  [[5], [1, 5]],
  [[64], [4, 4, 4]],
  [
    [8, 8, 4],
    [4, 4, 16],
  ],
] as const)
  bijectorContract(`Reshape, [${from}] to [${to}]`, { make: () => new Reshape({ from, to }), event: from, registry })

describe('Reshape', () => {
  it('refuses shapes of other sizes', () => {
    expect(() => new Reshape({ from: [4], to: [2, 3] })).toThrow('4 values')
  })
})
