import { EbbflowError, gradients, registryOf, tensor } from '@ebbflow/core'
import { bijectorContract, drawTensor, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Planar } from './planar.js'

const registry = registryOf(Planar)
for (const dimensions of [1, 2, 5, 64])
  bijectorContract(`Planar, D = ${dimensions}`, {
    make: () => new Planar({ dimensions }),
    event: [dimensions],
    kappa: 16,
    registry,
  })
bijectorContract('Planar (sigmoid)', {
  make: () => new Planar({ dimensions: 3, activation: 'sigmoid' }),
  event: [3],
  parameterSpread: 1.5,
  kappa: 16,
  edges: { forward: [-1e4, 0, 1e4], inverse: [-1e4, 0, 1e4] },
  registry,
})

/** A layer with parameters of one's own. */
function layerOf(activation: 'tanh' | 'sigmoid', u: number[], w: number[], b: number): Planar {
  const layer = new Planar({ dimensions: u.length, activation })
  const slots = layer.slots()
  tf.tidy(() => {
    slots.get('u')!.assign(tensor(u))
    slots.get('w')!.assign(tensor(w))
    slots.get('b')!.assign(tensor(b))
  })
  return layer
}

describe('Planar', () => {
  it.each([
    ['tanh', 60],
    ['sigmoid', 240],
  ] as const)('stays invertible however far u points against w: %s', (activation, far) => {
    tf.tidy(() => {
      // wᵀu = −far, so that 1 + wᵀû h′ is about 1 / far where h is steepest
      const layer = layerOf(activation, [-far, 0], [1, 0], 0)
      const x = tensor([
        [-3, 1],
        [0, 2],
        [0.5, 0],
        [40, -1],
      ])
      const { value, logDet } = layer.forwardAndLogDet(x)
      for (const l of logDet.dataSync()) expect(l).toBeGreaterThan(-Math.log(2 * far))
      const back = layer.inverse(value)
      // errors grow by the inverse slope at most
      expect(Math.max(...tf.abs(tf.sub(back, x)).dataSync())).toBeLessThan(far * 1e-5)
      layer.dispose()
    })
  })

  it('has finite values and gradients at w = 0, where it is a shift', () => {
    tf.tidy(() => {
      const layer = layerOf('tanh', [0.7, -2], [0, 0], 0.4)
      const slots = [...layer.slots().values()].map((slot) => slot.value)
      const x = drawTensor(REALS, 'x', [5, 2])
      const found = gradients(() => {
        const { value, logDet } = layer.forwardAndLogDet(x)
        return tf.add(tf.sum(value), tf.sum(logDet))
      }, slots)
      for (const g of found) expect(g.dataSync().every(Number.isFinite)).toBe(true)
      for (const l of layer.forwardAndLogDet(x).logDet.dataSync()) expect(l).toBe(0)
      layer.dispose()
    })
  })

  it('names the rows whose inverse is not found', () => {
    tf.tidy(() => {
      const layer = layerOf('tanh', [1, 0], [1, 0], 0)
      const y = tensor([
        [0, 0],
        [Number.POSITIVE_INFINITY, 0],
      ])
      expect(() => layer.inverse(y)).toThrow(EbbflowError)
      expect(() => layer.inverse(y)).toThrow(/row 1\b/)
      layer.dispose()
    })
  })

  it('refuses a function that it does not have', () => {
    // @ts-expect-error: what a caller without types may write
    expect(() => new Planar({ dimensions: 2, activation: 'relu' })).toThrow('tanh, sigmoid')
  })
})
