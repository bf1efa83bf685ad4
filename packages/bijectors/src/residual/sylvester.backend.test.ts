import { EbbflowError, registryOf, tensor } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Planar } from './planar.js'
import { Sylvester } from './sylvester.js'

const registry = registryOf(Sylvester)
for (const [dimensions, units] of [
  [1, 1],
  [2, 2],
  [5, 3],
  [64, 4],
] as const)
  bijectorContract(`Sylvester, ${units} units in D = ${dimensions}`, {
    make: () => new Sylvester({ dimensions, units }),
    event: [dimensions],
    kappa: 32,
    // the sign of a direction is all that reflections of the line could change
    parametersWithoutGradient: dimensions === 1 ? ['vectors'] : [],
    registry,
  })
bijectorContract('Sylvester (sigmoid)', {
  make: () => new Sylvester({ dimensions: 3, activation: 'sigmoid' }),
  event: [3],
  parameterSpread: 1,
  kappa: 64,
  registry,
})

describe('Sylvester', () => {
  it('with one unit is a planar layer', () => {
    tf.tidy(() => {
      // Q = H e₁ = (0.6, 0.8) for v = e₁ − (0.6, 0.8)
      const sylvester = new Sylvester({ dimensions: 2, units: 1 }).init()
      const slots = sylvester.slots()
      slots.get('vectors')!.assign(tensor([[0.4, -0.8]]))
      slots.get('r')!.assign(tensor([[-1.5]]))
      slots.get('rTilde')!.assign(tensor([[2]]))
      slots.get('b')!.assign(tensor([0.3]))
      const planar = new Planar({ dimensions: 2 }).init()
      planar
        .slots()
        .get('u')!
        .assign(tensor([-0.9, -1.2]))
      planar
        .slots()
        .get('w')!
        .assign(tensor([1.2, 1.6]))
      planar.slots().get('b')!.assign(tensor(0.3))
      const x = tensor([
        [0.2, -0.1],
        [3, 1],
      ])
      const [a, b] = [sylvester.forwardAndLogDet(x), planar.forwardAndLogDet(x)]
      for (const [i, v] of a.value.dataSync().entries()) expect(v).toBeCloseTo(b.value.dataSync()[i]!, 5)
      for (const [i, v] of a.logDet.dataSync().entries()) expect(v).toBeCloseTo(b.logDet.dataSync()[i]!, 5)
      sylvester.dispose()
      planar.dispose()
    })
  })

  it('names the rows whose inverse is not found', () => {
    tf.tidy(() => {
      const layer = new Sylvester({ dimensions: 2 }).init({ seed: 1 })
      const y = tensor([
        [0, 0],
        [1, 1],
        [Number.POSITIVE_INFINITY, 0],
      ])
      expect(() => layer.inverse(y)).toThrow(EbbflowError)
      expect(() => layer.inverse(y)).toThrow(/row 2\b/)
      layer.dispose()
    })
  })

  it('refuses more units than there are dimensions', () => {
    expect(() => new Sylvester({ dimensions: 2, units: 3 })).toThrow('1 to 2')
  })
})
