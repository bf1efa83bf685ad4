import { type Call, EbbflowError, jacobian, Rng, registryOf, singularValues } from '@ebbflow/core'
import { bijectorContract, drawTensor, expectAgreement, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { InvertibleResidual } from './invertible-residual.js'
import { LipschitzConvNet, type LipschitzConvNetOptions } from './lipschitz-conv-net.js'
import { LipschitzMLP, type LipschitzMLPOptions } from './lipschitz-mlp.js'

const registry = registryOf(InvertibleResidual, LipschitzMLP)
// to the end: the gradient holds the singular vectors constant, which is exact where they are
const powerIteration = { maxSteps: 2000, tolerance: 1e-15 }
const block = (dimensions: number, options: Partial<LipschitzMLPOptions> = {}, context = 0): InvertibleResidual =>
  new InvertibleResidual({
    net: new LipschitzMLP({
      inputs: dimensions + context,
      outputs: dimensions,
      hidden: [8],
      powerIteration,
      ...options,
    }),
    context,
  })

for (const dimensions of [1, 2, 5])
  bijectorContract(`InvertibleResidual, D = ${dimensions}`, {
    make: () => block(dimensions),
    event: [dimensions],
    kappa: 16,
    registry,
  })
bijectorContract('InvertibleResidual with ELU, two hidden layers and a context', {
  make: () => block(3, { activation: 'elu', hidden: [8, 6] }, 2),
  event: [3],
  context: 2,
  kappa: 16,
  registry,
})
bijectorContract('InvertibleResidual, D = 64', {
  make: () => block(64, { hidden: [16], activation: 'tanh' }),
  event: [64],
  parameterSpread: 0.1,
  kappa: 16,
  registry,
})

const convolution = (options: LipschitzConvNetOptions): InvertibleResidual =>
  new InvertibleResidual({ net: new LipschitzConvNet(options), context: options.context ?? 0 })
const ofConvolutions = { kappa: 16, rows: 2, registry: registryOf(InvertibleResidual, LipschitzConvNet) }
const images: LipschitzConvNetOptions[] = [
  { shape: [4, 4, 2], width: 2 },
  { shape: [3, 3, 1], width: 2, activation: 'elu' },
  { shape: [3, 2, 2], width: 3, context: 2 },
]
for (const options of images)
  bijectorContract(`InvertibleResidual of convolutions, ${options.shape.join('×')}`, {
    ...ofConvolutions,
    // to the end, as above
    make: () => convolution({ ...options, steps: 200 }),
    event: options.shape,
    context: options.context ?? 0,
  })

describe('InvertibleResidual of convolutions, 8×8×4', () => {
  it('comes back, with the log-determinant of its exact Jacobian', () => {
    tf.tidy(() => {
      const layer = convolution({ shape: [8, 8, 4], width: 4 }).init({ seed: 6 })
      const x = drawTensor(REALS, 'x', [1, 8, 8, 4])
      const there = layer.forwardAndLogDet(x)
      const back = layer.inverseAndLogDet(there.value)
      const among = { kappa: 16, dimensions: 256 }
      expectAgreement(back.value.dataSync(), x.dataSync(), { ...among, what: 'round trip' })
      expectAgreement(back.logDet.dataSync(), tf.neg(there.logDet).dataSync(), { ...among, what: 'both directions' })
      const exact = singularValues(jacobian((x) => layer.forward(x), x, 3).dataSync(), 256, 256)
      const right = exact.reduce((sum, s) => sum + Math.log(s), 0)
      expectAgreement(there.logDet.dataSync(), [right], { ...among, what: 'log-determinant' })
      layer.dispose()
    })
  })
})

describe('InvertibleResidual of images with a context', () => {
  const shape = [2, 3, 2]
  const conditional = (): InvertibleResidual => convolution({ shape, width: 4, context: 2 }).init({ seed: 4 })

  it('takes an image, and a vector as constant channels, in both directions', () => {
    tf.tidy(() => {
      const layer = conditional()
      const x = drawTensor(REALS, 'x', [5, ...shape])
      const vector = drawTensor(REALS, 'context', [5, 2])
      const constant = tf.add(tf.reshape(vector, [5, 1, 1, 2]), tf.zeros([5, 2, 3, 2]))
      const image = drawTensor(REALS, 'image', [5, 2, 3, 2])
      for (const direction of ['forwardAndLogDet', 'inverseAndLogDet'] as const) {
        const run = (context: tf.Tensor): number[] => {
          const { value, logDet } = layer[direction](x, { mode: 'eval', context })
          return [...value.dataSync(), ...logDet.dataSync()]
        }
        const [a, b, c] = [run(vector), run(constant), run(image)]
        for (const [i, v] of a.entries()) expect(v).toBeCloseTo(b[i]!, 5)
        expect(Math.max(...c.map((v, i) => Math.abs(v - a[i]!)))).toBeGreaterThan(1e-3)
      }
      layer.dispose()
    })
  })

  it('broadcasts a context over the batch, and estimates with it', () => {
    tf.tidy(() => {
      const layer = conditional()
      const one = drawTensor(REALS, 'x', shape)
      const context = drawTensor(REALS, 'context', [2])
      const right = layer.forwardAndLogDet(one, { mode: 'eval', context }).logDet.dataSync()[0]!
      const net = layer.children.get('net') as LipschitzConvNet
      const noisy = new InvertibleResidual({ net, context: 2, logDet: { roulette: { samples: 2 } } })
      const x = tf.add(tf.zeros([64, 64, ...shape]), one)
      const call: Call = { mode: 'eval', estimate: true, context, rng: Rng.seed('estimate') }
      const { mean, variance } = tf.moments(noisy.forwardAndLogDet(x, call).logDet)
      const error = Math.sqrt(variance.dataSync()[0]! / 4096)
      expect(Math.abs(mean.dataSync()[0]! - right)).toBeLessThan(4 * error)
      layer.dispose()
    })
  })

  it('says which context it takes', () => {
    tf.tidy(() => {
      const layer = conditional()
      const run = (context?: tf.Tensor) => () =>
        layer.forward(tf.zeros([3, ...shape]), { mode: 'eval', ...(context && { context }) })
      expect(run()).toThrow('[...batch, 2]')
      expect(run(tf.zeros([3, 1]))).toThrow('expected [2], got [1]')
      expect(run(tf.zeros([3, 3, 2, 2]))).toThrow('expected [2, 3, 2], got [3, 2, 2]')
      layer.dispose()
    })
    expect(() => new InvertibleResidual({ net: new LipschitzConvNet({ shape, context: 1 }) })).toThrow(
      'expected 2 inputs',
    )
    expect(() => new LipschitzConvNet({ shape, context: 0.5 })).toThrow('a whole number')
  })
})

describe('InvertibleResidual', () => {
  it('refuses what it cannot do', () => {
    const net = new LipschitzMLP({ inputs: 2, outputs: 2 })
    expect(() => new InvertibleResidual({ net, context: 1 })).toThrow('expected 3 inputs')
    expect(() => new InvertibleResidual({ net, logDet: { series: 0 } })).toThrow('positive integers')
    expect(() => new InvertibleResidual({ net, logDet: { roulette: { continuation: 0.5 } } })).toThrow(
      'infinite variance: expected a continuation above the squared Lipschitz constant, 0.5314, got 0.5',
    )
  })

  it('does not take an estimate for the log-determinant', () => {
    tf.tidy(() => {
      const net = new LipschitzMLP({ inputs: 2, outputs: 2, hidden: [8] })
      for (const logDet of [{ series: 5 }, { roulette: {} }]) {
        const layer = new InvertibleResidual({ net, logDet }).init({ seed: 1 })
        const x = drawTensor(REALS, 'x', [3, 2])
        expect(layer.estimated).toBe(true)
        expect(() => layer.forwardAndLogDet(x)).toThrow(EbbflowError)
        expect(() => layer.inverseAndLogDet(x)).toThrow('only estimates its log-determinant')
        expect(() => layer.forwardAndLogDet(x, { mode: 'eval', estimate: true })).toThrow('with an rng')
        // values want none
        const y = layer.forward(x)
        expect(Math.max(...tf.abs(tf.sub(layer.inverse(y), x)).dataSync())).toBeLessThan(1e-5)
      }
      net.dispose()
    })
  })
})
