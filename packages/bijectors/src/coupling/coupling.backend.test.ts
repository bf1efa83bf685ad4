import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { MLP } from '../conditioners/mlp.js'
import { ResidualMLP } from '../conditioners/residual-mlp.js'
import {
  affine,
  affineType,
  type Family,
  rationalQuadratic,
  rationalQuadraticType,
  shift,
  shiftType,
} from '../families/index.js'
import { Coupling, couplingSizes } from './coupling.js'

const registry = registryOf(Coupling, MLP, ResidualMLP, shiftType, affineType, rationalQuadraticType)
const coupling = (family: Family, dimensions: number, context = 0): Coupling =>
  new Coupling({
    dimensions,
    family,
    context,
    conditioner: new MLP({ ...couplingSizes({ dimensions, family, context }), hidden: [16], activation: 'tanh' }),
  })

for (const dimensions of [2, 5, 64]) {
  bijectorContract(`Coupling of shifts, D = ${dimensions}`, {
    make: () => coupling(shift(), dimensions),
    event: [dimensions],
    kappa: 8,
    registry,
  })
  bijectorContract(`Coupling of affine maps, D = ${dimensions}`, {
    make: () => coupling(affine(), dimensions),
    event: [dimensions],
    kappa: 32,
    registry,
  })
  bijectorContract(`Coupling of splines, D = ${dimensions}`, {
    make: () => coupling(rationalQuadratic({ bins: 4, bound: 3 }), dimensions),
    event: [dimensions],
    spread: 1.5,
    // finite differences straddle the kinks that the log-determinant has at knots: more values, more of them
    parameterSpread: dimensions > 5 ? 0.1 : 0.3,
    kappa: 128,
    edges: { forward: [-1e4, -3, 0, 3, 1e4], inverse: [-1e4, -3, 0, 3, 1e4] },
    registry,
  })
}
bijectorContract('Coupling with a context', {
  make: () => coupling(affine(), 3, 2),
  event: [3],
  context: 2,
  kappa: 32,
  registry,
})
bijectorContract('Coupling of one value with a context', {
  make: () => coupling(rationalQuadratic({ bins: 4, bound: 3 }), 1, 2),
  event: [1],
  context: 2,
  kappa: 128,
  registry,
})
bijectorContract('Coupling with a residual conditioner', {
  make: () =>
    new Coupling({
      dimensions: 4,
      family: affine(),
      split: 1,
      conditioner: new ResidualMLP({ inputs: 1, outputs: 6, width: 8, activation: 'silu' }),
    }),
  event: [4],
  kappa: 32,
  registry,
})

describe('Coupling', () => {
  it('starts as the identity', () => {
    tf.tidy(() => {
      const layer = coupling(rationalQuadratic(), 4).init({ seed: 1 })
      const x = tf.tensor2d([[0.1, -2, 0.3, 4.5]])
      const { value, logDet } = layer.forwardAndLogDet(x)
      expect(Math.max(...tf.abs(tf.sub(value, x)).dataSync())).toBeLessThan(1e-5)
      expect(Math.abs(logDet.dataSync()[0]!)).toBeLessThan(1e-5)
      layer.dispose()
    })
  })
  it('says what the conditioner should be', () => {
    expect(
      () => new Coupling({ dimensions: 4, family: affine(), conditioner: new MLP({ inputs: 1, outputs: 4 }) }),
    ).toThrow('expected 2 inputs and 4 outputs, got 1 and 4')
  })
  it('says that it needs a context, and of which size', () => {
    tf.tidy(() => {
      const layer = coupling(affine(), 3, 2).init()
      expect(() => layer.forward(tf.zeros([4, 3]))).toThrow('[...batch, 2]')
      expect(() => layer.forward(tf.zeros([4, 3]), { mode: 'eval', context: tf.zeros([4, 3]) })).toThrow('[4, 3]')
      layer.dispose()
    })
  })
  it('broadcasts a context over the batch', () => {
    tf.tidy(() => {
      const layer = coupling(affine(), 3, 2).init()
      for (const slot of layer.slots().values()) slot.assign(tf.fill([...slot.shape], 0.25))
      const x = tf.ones([5, 4, 3])
      const one = layer.forward(x, { mode: 'eval', context: tf.tensor1d([1, -1]) })
      const all = layer.forward(x, { mode: 'eval', context: tf.broadcastTo(tf.tensor1d([1, -1]), [5, 4, 2]) })
      expect([...one.dataSync()]).toEqual([...all.dataSync()])
      layer.dispose()
    })
  })
})
