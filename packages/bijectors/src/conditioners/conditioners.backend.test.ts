import { EVAL, Rng, tensor, valueAndGradients, withBackend } from '@ebbflow/core'
import { drawTensor, expectAgreement, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { Coupling } from '../coupling/coupling.js'
import { affine } from '../families/affine.js'
import type { Activation } from './activation.js'
import type { Conditioner } from './conditioner.js'
import { FunctionConditioner } from './function.js'
import { LayersModelConditioner } from './layers-model.js'
import { MLP } from './mlp.js'
import { ResidualMLP } from './residual-mlp.js'

/** x W + b, then an activation, in plain numbers. */
function dense(x: number[][], kernel: number[][], bias: number[], activate = (v: number): number => v): number[][] {
  return x.map((row) => bias.map((b, j) => activate(row.reduce((sum, v, i) => sum + v * kernel[i]![j]!, b))))
}

const slotOf = (module: Conditioner, path: string): number[][] =>
  module.slots().get(path)!.value.arraySync() as number[][]

describe('MLP', () => {
  const activations: Record<Activation, (v: number) => number> = {
    relu: (v) => Math.max(0, v),
    elu: (v) => (v > 0 ? v : Math.expm1(v)),
    tanh: Math.tanh,
    silu: (v) => v / (1 + Math.exp(-v)),
    softplus: (v) => Math.log1p(Math.exp(v)),
  }

  it.each(Object.keys(activations) as Activation[])('is dense layers with %s between', (activation) => {
    tf.tidy(() => {
      const mlp = new MLP({ inputs: 2, outputs: 3, hidden: [4], activation, zeroOutput: false }).init({ seed: 1 })
      for (const [path, slot] of mlp.slots()) if (path.endsWith('bias')) slot.assign(Rng.seed(path).normal(slot.shape))
      const x = drawTensor(REALS, 'x', [5, 2])
      const hidden = dense(
        x.arraySync() as number[][],
        slotOf(mlp, '0.kernel'),
        slotOf(mlp, '0.bias') as unknown as number[],
        activations[activation],
      )
      const expected = dense(hidden, slotOf(mlp, '1.kernel'), slotOf(mlp, '1.bias') as unknown as number[])
      expectAgreement(mlp.apply(x).dataSync(), expected.flat(), { kappa: 4, dimensions: 4, what: activation })
      mlp.dispose()
    })
  })

  it('maps any batch, keeps its axes, and starts at zero', () => {
    tf.tidy(() => {
      const mlp = new MLP({ inputs: 2, outputs: 3 }).init({ seed: 1 })
      const out = mlp.apply(tf.ones([4, 5, 2]))
      expect(out.shape).toEqual([4, 5, 3])
      expect(out.dataSync().every((v) => v === 0)).toBe(true)
      expect(mlp.apply(tf.ones([2])).shape).toEqual([3])
      mlp.dispose()
    })
  })

  it('refuses widths and activations that are none', () => {
    expect(() => new MLP({ inputs: 1, outputs: 0 })).toThrow('got 0')
    expect(() => new MLP({ inputs: 1, outputs: 1, activation: 'swoosh' as Activation })).toThrow('got swoosh')
  })
})

describe('ResidualMLP', () => {
  it('is its skip connection where the blocks are zero', () => {
    tf.tidy(() => {
      const net = new ResidualMLP({ inputs: 2, outputs: 2, width: 4, blocks: 2, zeroOutput: false }).init({ seed: 2 })
      for (const [path, slot] of net.slots())
        if (path.startsWith('0b') || path.startsWith('1b')) slot.assign(tf.zerosLike(slot.value))
      const x = drawTensor(REALS, 'x', [5, 2])
      const hidden = dense(x.arraySync() as number[][], slotOf(net, 'first.kernel'), Array(4).fill(0)).map((row) =>
        row.map((v) => Math.max(0, v)),
      )
      const expected = dense(hidden, slotOf(net, 'last.kernel'), Array(2).fill(0))
      expectAgreement(net.apply(x).dataSync(), expected.flat(), { kappa: 4, dimensions: 4, what: 'skip' })
      net.dispose()
    })
  })
})

describe('FunctionConditioner', () => {
  it('makes a coupling of a function', () => {
    tf.tidy(() => {
      const layer = new Coupling({
        dimensions: 2,
        family: affine({ bound: Infinity }),
        conditioner: new FunctionConditioner({
          inputs: 1,
          outputs: 2,
          apply: (x) => tf.concat([x, tf.mul(x, 0.5)], -1),
        }),
      })
      const { value, logDet } = layer.forwardAndLogDet(tensor([[2, 3]]))
      expectAgreement(value.dataSync(), [2, 3 * Math.E + 2], { what: 'value' })
      expectAgreement(logDet.dataSync(), [1], { what: 'log-determinant' })
    })
  })
})

describe('LayersModelConditioner', () => {
  const model = () =>
    layers.sequential({
      layers: [
        layers.layers.dense({ inputShape: [1], units: 8, activation: 'tanh' }),
        layers.layers.dense({ units: 2 }),
      ],
    })

  it('is the model, whose weights become parameters that train', () => {
    const net = model()
    const conditioner = new LayersModelConditioner(net)
    expect([conditioner.inputs, conditioner.outputs]).toEqual([1, 2])
    conditioner.init()
    expect([...conditioner.parameters().keys()]).toEqual(['0', '1', '2', '3'])
    tf.tidy(() => {
      const x = drawTensor(REALS, 'x', [6, 1])
      const own = (net.apply(x) as tf.Tensor).dataSync()
      expectAgreement(conditioner.apply(x).dataSync(), own, { what: 'model' })
      const slots = [...conditioner.parameters().values()]
      const { gradients } = valueAndGradients(
        () => tf.sum(tf.square(conditioner.apply(x))),
        slots.map((slot) => slot.value),
      )
      for (const gradient of gradients) expect(gradient.dataSync().some((g) => g !== 0)).toBe(true)
      const zero = conditioner.withParameters(
        Object.fromEntries([...conditioner.parameters()].map(([path, slot]) => [path, tf.zerosLike(slot.value)])),
        () => conditioner.apply(x),
      )
      expect(zero.dataSync().every((v) => v === 0)).toBe(true)
      // the model itself is as it was
      expectAgreement((net.apply(x) as tf.Tensor).dataSync(), own, { what: 'model afterwards' })
      const double = withBackend('float64', () =>
        conditioner.apply(tensor(Float64Array.from(x.dataSync()), x.shape)).dataSync(),
      )
      expectAgreement(own, double, { kappa: 4, what: 'double precision' })
    })
    const coupling = new Coupling({ dimensions: 2, family: affine(), conditioner }).init({ onlyMissing: true })
    tf.tidy(() => {
      expect(coupling.forward(tf.ones([3, 2]), EVAL).shape).toEqual([3, 2])
    })
    coupling.dispose()
    net.dispose()
  })

  it('refuses a model that is not from vectors to vectors', () => {
    const image = layers.sequential({ layers: [layers.layers.flatten({ inputShape: [2, 2] })] })
    expect(() => new LayersModelConditioner(image)).toThrow('one input of vectors')
  })
})
