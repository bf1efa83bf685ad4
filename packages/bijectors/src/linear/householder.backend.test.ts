import { gradients, registryOf, tensor } from '@ebbflow/core'
import { bijectorContract, drawTensor, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Householder } from './householder.js'

const registry = registryOf(Householder)
for (const [dimensions, reflections] of [
  [1, 1],
  [2, 2],
  [5, 3],
  [5, 7],
  [64, 64],
] as const)
  bijectorContract(`Householder, ${reflections} in D = ${dimensions}`, {
    make: () => new Householder({ dimensions, reflections }),
    event: [dimensions],
    kappa: 8,
    // reflections of the line are all the same
    parametersWithoutGradient: dimensions === 1 ? ['vectors'] : [],
    registry,
  })

describe('Householder', () => {
  it('applies the last reflection first', () => {
    tf.tidy(() => {
      const layer = new Householder({ dimensions: 2, reflections: 2 }).init()
      // H₂ swaps the values up to sign, H₁ flips the first
      layer
        .slots()
        .get('vectors')!
        .assign(
          tensor([
            [5, 0],
            [2, -2],
          ]),
        )
      const y = layer.forward(tensor([3, 4])).dataSync()
      expect(y[0]).toBeCloseTo(-4, 5)
      expect(y[1]).toBeCloseTo(3, 5)
      layer.dispose()
    })
  })

  it('reflects nothing along a vector of zero, and its gradients stay finite', () => {
    tf.tidy(() => {
      const layer = new Householder({ dimensions: 3, reflections: 2 }).init()
      layer
        .slots()
        .get('vectors')!
        .assign(tf.zeros([2, 3]))
      const x = drawTensor(REALS, 'x', [4, 3])
      expect([...layer.forward(x).dataSync()]).toEqual([...x.dataSync()])
      const { value } = layer.slots().get('vectors')!
      const [g] = gradients(() => tf.sum(tf.mul(layer.forward(x), x)), [value])
      expect(g!.dataSync().every(Number.isFinite)).toBe(true)
      layer.dispose()
    })
  })
})
