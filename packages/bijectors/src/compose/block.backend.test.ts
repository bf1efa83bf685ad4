import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { MLP } from '../conditioners/mlp.js'
import { Coupling } from '../coupling/coupling.js'
import { Affine } from '../elementwise/affine.js'
import { Exp } from '../elementwise/exp.js'
import { Tanh } from '../elementwise/tanh.js'
import { affine, affineType } from '../families/affine.js'
import { ActNorm } from '../linear/act-norm.js'
import { Planar } from '../residual/planar.js'
import { Block } from './block.js'
import { Chain } from './chain.js'
import { Reshape } from './reshape.js'

const registry = registryOf(Block, Affine, Exp, Tanh, Planar, ActNorm, Coupling, MLP, affineType)
bijectorContract('Block (vectors)', {
  make: () =>
    new Block([
      { size: 2, bijector: new Planar({ dimensions: 2 }) },
      { size: 1, bijector: new Exp() },
      { size: 2, bijector: new Affine({ shape: [2], learnable: true }) },
    ]),
  event: [5],
  kappa: 32,
  registry,
})
bijectorContract('Block (images)', {
  make: () =>
    new Block([
      { size: 3, bijector: new ActNorm({ shape: [2, 2, 3] }) },
      { size: 1, bijector: new Tanh() },
    ]),
  event: [2, 2, 4],
  kappa: 64,
  registry,
})
bijectorContract('Block (with a context)', {
  make: () =>
    new Block([
      { size: 1, bijector: new Affine({ scale: 2 }) },
      {
        size: 2,
        bijector: new Coupling({
          dimensions: 2,
          family: affine(),
          context: 3,
          conditioner: new MLP({ inputs: 4, outputs: 2, hidden: [8] }),
        }),
      },
    ]),
  event: [3],
  context: 3,
  kappa: 32,
  registry,
})

for (const dimensions of [1, 2, 5, 64]) {
  const first = Math.ceil(dimensions / 2)
  const rest = dimensions - first
  bijectorContract(`Block, D = ${dimensions}`, {
    make: () =>
      new Block([
        { size: first, bijector: new Planar({ dimensions: first }) },
        ...(rest > 0 ? [{ size: rest, bijector: new Tanh() }] : []),
      ]),
    event: [dimensions],
    // tanh flattens, and single precision cannot tell what it was
    spread: 0.5,
    kappa: 64,
    registry,
  })
}
bijectorContract('Block, 8×8×4', {
  make: () =>
    new Block([
      { size: 3, bijector: new ActNorm({ shape: [8, 8, 3] }) },
      { size: 1, bijector: new Affine({ scale: 2 }) },
    ]),
  event: [8, 8, 4],
  kappa: 16,
  registry,
})

describe('Block', () => {
  it('costs what its dearest part does', () => {
    const block = new Block([
      { size: 1, bijector: new Exp() },
      { size: 2, bijector: new Planar({ dimensions: 2 }) },
    ])
    expect(block.cost).toEqual({ forward: 'closed', inverse: 'iterative' })
  })

  it('names the part that an error arose in', () => {
    const block = new Block([
      { size: 1, bijector: new Exp() },
      { size: 3, bijector: new Planar({ dimensions: 2 }) },
    ])
    expect(() => block.forward(tf.zeros([2, 4]))).toThrow(/^1: /)
  })

  it('refuses parts that change their shape', () => {
    expect(() => new Block([{ size: 4, bijector: new Reshape({ from: [4], to: [2, 2] }) }])).toThrow('dimensions')
    const turned = new Chain([new Reshape({ from: [2, 3], to: [3, 2] })])
    expect(() => new Block([{ size: 3, bijector: turned }]).outputShape([2, 3])).toThrow('kept')
    expect(() => new Block([])).toThrow('at least one part')
  })
})
