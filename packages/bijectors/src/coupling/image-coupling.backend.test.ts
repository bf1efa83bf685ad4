import { registryOf } from '@ebbflow/core'
import { bijectorContract, drawTensor, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { ConvNet } from '../conditioners/conv.js'
import { FunctionConditioner } from '../conditioners/function.js'
import { affine, affineType, rationalQuadratic, rationalQuadraticType, shift } from '../families/index.js'
import { ImageCoupling, type ImageCouplingOptions, imageCouplingSizes } from './image-coupling.js'

const registry = registryOf(ImageCoupling, ConvNet, affineType, rationalQuadraticType)
type Rest = Omit<ImageCouplingOptions, 'conditioner'>
const coupling = (options: Rest, blocks = 0): ImageCoupling =>
  new ImageCoupling({
    ...options,
    conditioner: new ConvNet({ ...imageCouplingSizes(options), width: 6, blocks, activation: 'tanh' }),
  })
const spline = () => rationalQuadratic({ bins: 4, bound: 3 })

const cases: Record<string, Rest> = {
  'of channels': { shape: [4, 4, 2], family: affine() },
  'of the other channels': { shape: [4, 2, 3], family: affine(), flip: true },
  'of a checkerboard': { shape: [4, 4, 2], family: affine(), mask: 'checkerboard' },
  'of the other colour': { shape: [3, 3, 1], family: affine(), mask: 'checkerboard', flip: true },
  'of channels, with a context': { shape: [2, 2, 2], family: affine(), context: 3 },
  'of a context alone': { shape: [2, 2, 1], family: affine(), split: 0, context: 2 },
  'of a checkerboard, with a context': { shape: [2, 3, 1], family: affine(), mask: 'checkerboard', context: 2 },
}
for (const [name, options] of Object.entries(cases))
  bijectorContract(`ImageCoupling ${name}`, {
    make: () => coupling(options, name.includes('context') ? 1 : 0),
    event: options.shape,
    context: options.context ?? 0,
    parameterSpread: 0.2,
    kappa: 64,
    registry,
  })
for (const mask of ['channel', 'checkerboard'] as const)
  bijectorContract(`ImageCoupling of splines by ${mask}`, {
    make: () => coupling({ shape: [2, 2, 2], family: spline(), mask }),
    event: [2, 2, 2],
    parameterSpread: 0.2,
    kappa: 128,
    registry,
  })
bijectorContract('ImageCoupling, 8×8×4', {
  make: () => coupling({ shape: [8, 8, 4], family: affine() }),
  event: [8, 8, 4],
  parameterSpread: 0.1,
  kappa: 64,
  registry,
})

bijectorContract('ImageCoupling of a checkerboard, 8×8×4', {
  make: () => coupling({ shape: [8, 8, 4], family: affine(), mask: 'checkerboard' }),
  event: [8, 8, 4],
  rows: 2,
  parameterSpread: 0.1,
  kappa: 64,
  registry,
})

describe('ImageCoupling', () => {
  it.each([
    ['channel', false],
    ['channel', true],
    ['checkerboard', false],
    ['checkerboard', true],
  ] as const)('lets its part pass to the last bit, %s, flipped %s', (mask, flip) => {
    tf.tidy(() => {
      const layer = coupling({ shape: [3, 4, 2], family: spline(), mask, flip }).init()
      for (const slot of layer.slots().values()) slot.assign(drawTensor(REALS, 'p', slot.shape, 0.5))
      const x = drawTensor(REALS, 'x', [3, 4, 2])
      const y = layer.forward(x)
      const before = x.dataSync()
      const after = y.dataSync()
      for (let i = 0; i < 24; i++) {
        const [row, column, channel] = [Math.floor(i / 8), Math.floor(i / 2) % 4, i % 2]
        const passes = (mask === 'channel' ? channel : (row + column) % 2) === Number(flip)
        expect(before[i] === after[i], `at ${row}, ${column}, ${channel}`).toBe(passes)
      }
      layer.dispose()
    })
  })
  it('takes a context that is an image, and one that is a vector as constant channels', () => {
    tf.tidy(() => {
      const layer = coupling({ shape: [2, 3, 2], family: affine(), context: 2 }).init()
      for (const slot of layer.slots().values()) slot.assign(drawTensor(REALS, 'p', slot.shape, 0.5))
      const x = drawTensor(REALS, 'x', [5, 2, 3, 2])
      const vector = drawTensor(REALS, 'context', [5, 2])
      const image = tf.add(tf.reshape(vector, [5, 1, 1, 2]), tf.zeros([5, 2, 3, 2]))
      const run = (context: tf.Tensor): number[] => [...layer.forward(x, { mode: 'eval', context }).dataSync()]
      expect(run(image)).toEqual(run(vector))
      expect(() => run(tf.zeros([5, 3]))).toThrow('expected [2], got [3]')
      expect(() => run(tf.zeros([5, 3, 2, 2]))).toThrow('expected [2, 3, 2], got [3, 2, 2]')
      expect(() => layer.forward(x)).toThrow('[...batch, 2]')
      layer.dispose()
    })
  })
  it('refuses masks that are no coupling', () => {
    const conditioner = new FunctionConditioner({ inputs: 1, outputs: 1, apply: (x) => x })
    const of = (options: Partial<ImageCouplingOptions>) => () =>
      new ImageCoupling({ shape: [4, 4, 2], family: shift(), conditioner, ...options })
    expect(of({ split: 3 })).toThrow('from 0 to 1')
    expect(of({ split: 0 })).toThrow('must pass some values')
    expect(of({ shape: [4, 4, 1] })).toThrow('two channels or more')
    expect(of({ shape: [1, 1, 4], mask: 'checkerboard' })).toThrow('two pixels or more')
    expect(of({ shape: [4, 4] })).toThrow('[height, width, channels]')
    expect(of({ mask: 'checkerboard', split: 1 })).toThrow('does not split')
    expect(
      () =>
        new ImageCoupling({ shape: [4, 4, 2], family: affine(), conditioner: new ConvNet({ inputs: 2, outputs: 2 }) }),
    ).toThrow('expected 1 inputs and 2 outputs, got 2 and 2')
  })
})
