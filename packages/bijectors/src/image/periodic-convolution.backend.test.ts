import { registryOf } from '@ebbflow/core'
import { bijectorContract, drawTensor, expectAgreement, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { PeriodicConvolution, type PeriodicConvolutionOptions } from './periodic-convolution.js'

const registry = registryOf(PeriodicConvolution)
const cases: [options: PeriodicConvolutionOptions, spread: number, kappa: number][] = [
  [{ shape: [4, 4, 2] }, 0.1, 64],
  [{ shape: [3, 5, 2] }, 0.1, 64],
  [{ shape: [5, 6, 1], kernel: 5 }, 0.1, 64],
  [{ shape: [1, 4, 3], kernel: 1 }, 0.2, 64],
  [{ shape: [8, 8, 4] }, 0.04, 64],
]
for (const [options, parameterSpread, kappa] of cases)
  bijectorContract(`PeriodicConvolution ${options.shape.join('×')}, kernel ${options.kernel ?? 3}`, {
    make: () => new PeriodicConvolution(options),
    event: options.shape,
    parameterSpread,
    kappa,
    registry,
  })

describe('PeriodicConvolution', () => {
  it('moves with an image that is moved round its edges', () => {
    tf.tidy(() => {
      const layer = new PeriodicConvolution({ shape: [4, 5, 2] }).init({ seed: 3 })
      const x = drawTensor(REALS, 'x', [2, 4, 5, 2])
      const turn = (t: tf.Tensor): tf.Tensor =>
        tf.concat([tf.slice(t, [0, 0, 3, 0], [2, 4, 2, 2]), tf.slice(t, [0, 0, 0, 0], [2, 4, 3, 2])], 2)
      for (const direction of ['forward', 'inverse'] as const)
        expectAgreement(layer[direction](turn(x)).dataSync(), turn(layer[direction](x)).dataSync(), {
          kappa: 8,
          what: direction,
        })
      layer.dispose()
    })
  })
  it('refuses kernels that do not fit', () => {
    expect(() => new PeriodicConvolution({ shape: [4, 2, 1] })).toThrow('expected at most 2, got 3')
    expect(() => new PeriodicConvolution({ shape: [4, 4, 1], kernel: 4 })).toThrow('an odd size')
  })
  it('names the frequency that a singular kernel loses', () => {
    tf.tidy(() => {
      const layer = new PeriodicConvolution({ shape: [3, 3, 1] }).init()
      layer
        .slots()
        .get('weights')!
        .assign(tf.ones([3, 3, 1, 1]))
      expect(() => layer.inverse(tf.ones([1, 3, 3, 1]))).toThrow(/singular matrix in matrix \[\d\]/)
      layer.dispose()
    })
  })
})
