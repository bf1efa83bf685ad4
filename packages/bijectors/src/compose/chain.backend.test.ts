import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Affine } from '../elementwise/affine.js'
import { Exp } from '../elementwise/exp.js'
import { Softplus } from '../elementwise/softplus.js'
import { Tanh } from '../elementwise/tanh.js'
import { Squeeze } from '../image/squeeze.js'
import { ActNorm } from '../linear/act-norm.js'
import { Reverse } from '../linear/reverse.js'
import { Chain } from './chain.js'
import { Inverse } from './inverse.js'

const registry = registryOf(Chain, Inverse, ActNorm, Affine, Exp, Reverse, Softplus, Squeeze, Tanh)

bijectorContract('Chain (none)', { make: () => new Chain([]), event: [], registry })
bijectorContract('Chain (elementwise)', {
  make: () => new Chain([new Affine({ shift: 0.3, scale: 0.5 }), new Exp()]),
  event: [],
  range: { lower: 0, upper: Infinity },
  kappa: 8,
  registry,
})
bijectorContract('Chain (vectors)', {
  make: () => new Chain([new Tanh(), new Affine({ scale: [2, -1, 0.5], learnable: true }), new Reverse()]),
  event: [3],
  kappa: 64,
  registry,
})

for (const dimensions of [1, 2, 5, 64])
  bijectorContract(`Chain, D = ${dimensions}`, {
    make: () => new Chain([new Affine({ shape: [dimensions], learnable: true }), new Reverse(), new Softplus()]),
    event: [dimensions],
    range: { lower: 0, upper: Infinity },
    kappa: 64,
    registry,
  })
bijectorContract('Chain, 8×8×4', {
  make: () => new Chain([new Inverse(new Squeeze()), new ActNorm({ shape: [16, 16, 1] }), new Squeeze()]),
  event: [8, 8, 4],
  kappa: 16,
  registry,
})

describe('Chain', () => {
  it('applies its layers in reading order', () => {
    tf.tidy(() => {
      const chain = new Chain([new Affine({ shift: 1 }), new Affine({ scale: 3 })])
      expect(chain.forward(tf.tensor1d([1])).dataSync()[0]).toBe(6)
    })
  })
  it('takes layers in the order of their papers, from data to noise', () => {
    tf.tidy(() => {
      const layers = [new Affine({ shift: 1 }), new Affine({ scale: 3 })]
      const x = tf.tensor1d([1])
      expect(Chain.fromData(layers).inverse(x).dataSync()[0]).toBe(6)
    })
  })
  it('names the layer that an error arose in', () => {
    const chain = new Chain([new Tanh(), new Chain([new Affine({ scale: [1, 2] })])])
    expect(() => chain.forward(tf.zeros([4, 3]))).toThrow(/^1\.0: /)
  })
})
