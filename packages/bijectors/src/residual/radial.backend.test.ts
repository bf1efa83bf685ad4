import { gradients, registryOf, tensor } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Radial } from './radial.js'

const registry = registryOf(Radial)
for (const dimensions of [1, 2, 5, 64])
  bijectorContract(`Radial, D = ${dimensions}`, {
    make: () => new Radial({ dimensions }),
    event: [dimensions],
    parameterSpread: 1,
    kappa: 16,
    registry,
  })

describe('Radial', () => {
  it('has finite values and gradients at its centre', () => {
    tf.tidy(() => {
      const layer = new Radial({ dimensions: 3 }).init({ seed: 1 })
      layer.slots().get('logRatio')!.assign(tensor(-0.7))
      const centre = layer.slots().get('centre')!.value
      const x = tf.reshape(tf.clone(centre), [1, 3])
      const slots = [...layer.slots().values()].map((slot) => slot.value)
      for (const direction of ['forwardAndLogDet', 'inverseAndLogDet'] as const) {
        const { value, logDet } = layer[direction](x)
        expect([...value.dataSync()]).toEqual([...centre.dataSync()])
        expect(logDet.dataSync()[0]).not.toBe(0)
        const found = gradients(() => {
          const out = layer[direction](x)
          return tf.add(tf.sum(out.value), tf.sum(out.logDet))
        }, [x, ...slots])
        for (const g of found) expect(g.dataSync().every(Number.isFinite)).toBe(true)
      }
      layer.dispose()
    })
  })

  it('comes back from near its centre where it contracts strongly', () => {
    tf.tidy(() => {
      const layer = new Radial({ dimensions: 2 }).init({ seed: 1 })
      layer
        .slots()
        .get('centre')!
        .assign(tensor([0, 0]))
      layer.slots().get('logRatio')!.assign(tensor(-6))
      const x = tensor([
        [1e-4, 2e-4],
        [0.01, 0],
        [3, 4],
      ])
      const back = layer.inverse(layer.forward(x)).dataSync()
      for (const [i, v] of x.dataSync().entries())
        expect(Math.abs(back[i]! - v)).toBeLessThan(2e-5 * (Math.abs(v) + 1e-3))
      layer.dispose()
    })
  })
})
