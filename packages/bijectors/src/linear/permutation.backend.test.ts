import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import { describe, expect, it } from 'vitest'
import { Permutation } from './permutation.js'

for (const dimensions of [1, 2, 5, 64])
  bijectorContract(`Permutation, D = ${dimensions}`, {
    make: () => (dimensions === 1 ? new Permutation([0]) : Permutation.random(dimensions, 3)),
    event: [dimensions],
    registry: registryOf(Permutation),
  })

describe('Permutation', () => {
  it('refuses an order that is none, and shows it', () => {
    expect(() => new Permutation([0, 2, 2])).toThrow('[0, 2, 2]')
  })
  it('is never the identity when random, and the same for the same seed', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(Permutation.random(2, seed).order).toEqual([1, 0])
      expect(Permutation.random(4, seed).order).toEqual(Permutation.random(4, seed).order)
    }
  })
})
