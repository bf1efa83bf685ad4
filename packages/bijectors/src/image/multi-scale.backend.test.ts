import { registryOf } from '@ebbflow/core'
import { bijectorContract, drawTensor, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Chain } from '../compose/chain.js'
import { ConvNet } from '../conditioners/conv.js'
import { ImageCoupling } from '../coupling/image-coupling.js'
import { Exp } from '../elementwise/exp.js'
import { affineType } from '../families/index.js'
import { ActNorm } from '../linear/act-norm.js'
import { MultiScale } from './multi-scale.js'
import { splitPrior } from './split-prior.js'
import { Squeeze } from './squeeze.js'

const registry = registryOf(MultiScale, Chain, Squeeze, ActNorm, ImageCoupling, ConvNet, affineType)
const level = (shape: number[], prior: boolean, context = 0): Chain =>
  new Chain([new Squeeze(), new ActNorm({ shape }), ...(prior ? [splitPrior({ shape, width: 4, context })] : [])])

bijectorContract('MultiScale, one level', {
  make: () => new MultiScale({ shape: [4, 2, 1], levels: [level([2, 1, 4], false)] }),
  event: [4, 2, 1],
  kappa: 16,
  registry,
})
bijectorContract('MultiScale, two levels', {
  make: () => new MultiScale({ shape: [4, 4, 2], levels: [level([2, 2, 8], true), level([1, 1, 16], false)] }),
  event: [4, 4, 2],
  parameterSpread: 0.2,
  kappa: 64,
  registry,
})
bijectorContract('MultiScale, three levels and an odd number of channels', {
  make: () =>
    new MultiScale({
      shape: [4, 4, 3],
      levels: [new ActNorm({ shape: [4, 4, 3] }), level([2, 2, 4], true, 2), level([1, 1, 8], false)],
    }),
  event: [4, 4, 3],
  context: 2,
  parameterSpread: 0.2,
  kappa: 64,
  registry,
})

bijectorContract('MultiScale, 8×8×4', {
  make: () =>
    new MultiScale({
      shape: [8, 8, 4],
      levels: [level([4, 4, 16], true), level([2, 2, 32], true), level([1, 1, 64], false)],
    }),
  event: [8, 8, 4],
  parameterSpread: 0.1,
  kappa: 64,
  registry,
})

describe('MultiScale', () => {
  it('lays out what leaves first, first', () => {
    tf.tidy(() => {
      const shape = [2, 1, 4]
      const layer = new MultiScale({
        shape,
        levels: [new ActNorm({ shape }), new ActNorm({ shape: [2, 1, 2] })],
      }).init()
      const x = tf.tensor3d([[[0, 1, 2, 3]], [[10, 11, 12, 13]]])
      expect([...layer.forward(x).dataSync()]).toEqual([2, 3, 12, 13, 0, 1, 10, 11])
      layer.dispose()
    })
  })
  it('has a split prior that changes the channels that leave, and starts as the identity', () => {
    tf.tidy(() => {
      const prior = splitPrior({ shape: [2, 2, 3], width: 4 }).init()
      const x = drawTensor(REALS, 'x', [5, 2, 2, 3])
      expect([...prior.forward(x).dataSync()]).toEqual([...x.dataSync()])
      for (const slot of prior.slots().values()) slot.assign(drawTensor(REALS, 'p', slot.shape, 0.3))
      const { value, logDet } = prior.forwardAndLogDet(x)
      const same = tf.equal(value, x).dataSync()
      expect([...same]).toEqual(Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 1 : 0)))
      expect(logDet.dataSync().every((l) => l !== 0)).toBe(true)
      prior.dispose()
    })
  })
  it('names the level that does not fit', () => {
    const make = (levels: ConstructorParameters<typeof MultiScale>[0]['levels']) => () =>
      new MultiScale({ shape: [4, 4, 1], levels })
    expect(make([])).toThrow('needs a level')
    expect(make([new Squeeze(), new Squeeze({ factor: 3 })])).toThrow(/^1: .*multiples of 3, got \[2, 2, 2\]/)
    expect(make([new Exp()])).toThrow('images to images')
    expect(make([new ActNorm({ shape: [4, 4, 1] }), new Squeeze()])).toThrow('two channels or more')
  })
})
