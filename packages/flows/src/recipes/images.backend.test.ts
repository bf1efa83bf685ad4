import { Rng } from '@ebbflow/core'
import { bijectorContract, drawTensor, expectAgreement } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { Flow } from '../flow.js'
import { standardRegistry } from '../registry.js'
import { emerging } from './emerging.js'
import { glow } from './glow.js'
import { realNVP } from './real-nvp.js'

const UNIT = { lower: 0, upper: 1 }
const small = { image: [4, 4, 1], levels: 2, steps: 1, width: 4, activation: 'tanh' } as const
const recipes: Record<string, () => Flow> = {
  glow: () => glow(small),
  'glow, dense': () => glow({ ...small, lu: false, levels: 1 }),
  emerging: () => emerging(small),
  realNVP: () => realNVP(small),
  'realNVP, batch': () => realNVP({ ...small, norm: 'batch', levels: 1 }),
}
for (const [name, make] of Object.entries(recipes))
  bijectorContract(`The bijector of ${name}`, {
    make: () => make().bijector,
    event: [16],
    parameterSpread: 0.1,
    kappa: 1024,
    registry: standardRegistry(),
  })

describe.each(Object.entries(recipes))('%s', (_, make) => {
  it('carries images to noise and back', () => {
    tf.tidy(() => {
      const flow = make().init({ seed: 1 })
      const x = drawTensor(UNIT, 'x', [5, 4, 4, 1])
      flow.initialise(x)
      expectAgreement(flow.fromLatent(flow.toLatent(x)).dataSync(), x.dataSync(), { kappa: 256, what: 'round trip' })
      const { value, logProb } = flow.sampleAndLogProb(4, { rng: Rng.seed(3) })
      expect(value.shape).toEqual([4, 4, 4, 1])
      expectAgreement(flow.logProb(value).dataSync(), logProb.dataSync(), { kappa: 512, dimensions: 16, what: 'log p' })
      flow.dispose()
    })
  })
})

describe('recipes for images', () => {
  it('take a context', () => {
    tf.tidy(() => {
      const flow = glow({ ...small, context: 2 }).init()
      for (const slot of flow.parameters().values())
        slot.assign(tf.add(slot.value, drawTensor({ lower: -0.2, upper: 0.2 }, 'p', slot.shape)))
      const x = drawTensor(UNIT, 'x', [3, 4, 4, 1])
      const [a, b] = [0, 1].map((c) => [...flow.logProb(x, tf.fill([3, 2], c)).dataSync()])
      expect(a).not.toEqual(b)
      expect(flow.sample(2, { context: tf.zeros([3, 2]) }).shape).toEqual([2, 3, 4, 4, 1])
      flow.dispose()
    })
  })
  it('count their levels, and say what the image allows', () => {
    expect(glow({ image: [28, 28, 1] }).eventShape).toEqual([28, 28, 1])
    expect(() => glow({ image: [28, 28, 1], levels: 3 })).toThrow('expected 1 to 2 for [28, 28, 1], got 3')
    expect(() => realNVP({ image: [28, 28, 1], levels: 4 })).toThrow('expected 1 to 3')
    expect(realNVP({ image: [7, 7, 1], steps: 1 }).eventShape).toEqual([7, 7, 1])
    expect(() => glow({ image: [7, 7, 1] })).toThrow('expected even sides')
    expect(() => realNVP({ image: [1, 1, 3] })).toThrow('even sides')
    expect(() => glow({ image: [4, 4] })).toThrow('[height, width, channels]')
    expect(() => glow({ image: [4, 4, 1], steps: 0 })).toThrow('steps must be a positive integer')
    expect(() => emerging({ image: [4, 4, 1], alpha: 0.7 })).toThrow('alpha must be 0')
  })
})
