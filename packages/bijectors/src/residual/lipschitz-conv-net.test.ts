import { commit, jacobian, Rng, type StateUpdates, singularValues } from '@ebbflow/core'
import { drawTensor, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { InvertibleResidual } from './invertible-residual.js'
import { LipschitzConvNet, type LipschitzConvNetOptions } from './lipschitz-conv-net.js'
import { circularNorm, convolutionNorm, convolutionNormalised } from './spectral.js'

const make = (options: Partial<LipschitzConvNetOptions> = {}): LipschitzConvNet =>
  new LipschitzConvNet({ shape: [4, 5, 2], width: 4, ...options }).init({ seed: 3 })

/** The exact norm of a zero-padded convolution, from its matrix. */
function norm(kernel: tf.Tensor4D, h: number, w: number): number {
  const n = h * w * kernel.shape[2]
  const images = tf.reshape(tf.eye(n), [n, h, w, kernel.shape[2]]) as tf.Tensor4D
  const matrix = tf.conv2d(images, kernel, 1, 'same')
  return singularValues(matrix.dataSync(), n, matrix.size / n)[0]!
}

describe('the norm of a convolution', () => {
  it.each([
    [3, 2, 4],
    [5, 1, 1],
    [1, 3, 2],
  ])(
    'is bounded by its Fourier transform, and found by power iteration, for a kernel of %i and %i to %i channels',
    (k, a, b) => {
      tf.tidy(() => {
        const kernel = Rng.seed(`kernel ${k}`).normal([k, k, a, b]) as tf.Tensor4D
        const right = norm(kernel, 6, 5)
        expect(convolutionNorm(kernel.dataSync(), kernel.shape, 6, 5) / right).toBeCloseTo(1, 5)
        const bound = circularNorm(kernel.dataSync(), kernel.shape, 6, 5)
        expect(bound).toBeGreaterThan(right * (1 - 1e-5))
        // a 1×1 kernel has no edge to lose anything at
        expect(bound).toBeLessThan(right * (k === 1 ? 1 + 1e-5 : 1.3))
        const start = Rng.seed('start').normal([1, 6, 5, b]) as tf.Tensor4D
        const scaled = convolutionNormalised(kernel, start, 0.5, 500)
        expect(Math.abs(norm(scaled.kernel as tf.Tensor4D, 6, 5) - 0.5)).toBeLessThan(1e-3)
        const small = tf.mul(kernel, 1e-3) as tf.Tensor4D
        expect([...convolutionNormalised(small, start, 0.5, 5).kernel.dataSync()]).toEqual([...small.dataSync()])
      })
    },
  )
})

describe('the norm of a convolution of large images', () => {
  it('is bounded, not decomposed', () => {
    tf.tidy(() => {
      const kernel = Rng.seed('large').normal([3, 3, 1, 2]) as tf.Tensor4D
      const right = norm(kernel, 12, 12)
      const bound = convolutionNorm(kernel.dataSync(), kernel.shape, 12, 12)
      expect(bound).toBeGreaterThan(right)
      expect(bound).toBeLessThan(1.1 * right)
    })
  })
})

describe('LipschitzConvNet', () => {
  it('keeps its norms near their bound with kernels a hundred times as large, from its first call on', () => {
    tf.tidy(() => {
      const net = make()
      for (const [path, slot] of net.parameters()) if (path.endsWith('kernel')) slot.assign(tf.mul(slot.value, 100))
      const kernels = net.weights().filter(({ rank }) => rank === 4) as tf.Tensor4D[]
      for (const kernel of kernels) {
        expect(norm(kernel, 4, 5)).toBeGreaterThan(0.899)
        expect(norm(kernel, 4, 5)).toBeLessThan(0.92)
      }
      // the product of the true norms, as both find them
      const product = kernels.reduce((p, kernel) => p * norm(kernel, 4, 5), 1)
      expect(net.lipschitzBound() / product).toBeCloseTo(1, 4)
      expect(net.lipschitzBound()).toBeLessThan(0.9 ** 3 * 1.05)
      // and the map itself stretches nothing by more
      const weights = net.weights()
      const j = jacobian((x) => net.apply(x, weights), drawTensor(REALS, 'x', [4, 5, 2]), 3)
      expect(singularValues(j.dataSync(), 40, 40)[0]!).toBeLessThan(net.lipschitzBound())
      net.dispose()
    })
  })

  it('keeps its bound in the image where a context comes in too, however large that is', () => {
    tf.tidy(() => {
      const net = make({ context: 3 })
      for (const [path, slot] of net.parameters()) if (path.endsWith('kernel')) slot.assign(tf.mul(slot.value, 100))
      expect(net.inputs).toBe(5)
      const weights = net.weights()
      const context = tf.mul(drawTensor(REALS, 'context', [4, 5, 3]), 50)
      const f = (x: tf.Tensor): tf.Tensor =>
        net.apply(tf.concat([x, tf.add(context, tf.zeros([...x.shape.slice(0, -1), 3]))], x.rank - 1), weights)
      const j = jacobian(f, drawTensor(REALS, 'x', [4, 5, 2]), 3)
      const largest = singularValues(j.dataSync(), 40, 40)[0]!
      expect(largest).toBeGreaterThan(0.05)
      expect(largest).toBeLessThan(net.lipschitzBound())
      expect(net.lipschitzBound()).toBeLessThan(0.9 ** 3 * 1.05)
      net.dispose()
    })
  })

  it('tells where power iteration was cut short', () => {
    const net = make({ steps: 1, coefficient: 0.99 })
    tf.tidy(() => {
      // kernels other than those that the images are settled for
      for (const [path, slot] of net.parameters())
        if (path.endsWith('kernel')) slot.assign(tf.mul(Rng.seed(path).normal(slot.shape), 100))
    })
    expect(net.lipschitzBound()).toBeGreaterThan(0.99 ** 3)
    // step by step, as in training, the norms come down to their bounds
    for (let i = 0; i < 100; i++) {
      const updates: StateUpdates = new Map()
      tf.tidy(() => void net.weights({ mode: 'train', updates }))
      commit(updates)
    }
    expect(net.lipschitzBound()).toBeLessThan(0.99 ** 3 * 1.005)
    net.dispose()
  })

  it('hands the next images out in training', () => {
    const net = make({ steps: 1 })
    const updates: StateUpdates = new Map()
    tf.tidy(() => void net.weights({ mode: 'train', updates }))
    expect([...updates.values()].map(({ shape }) => shape)).toEqual([
      [1, 4, 5, 4],
      [1, 4, 5, 4],
      [1, 4, 5, 2],
    ])
    commit(updates)
    net.dispose()
  })

  it('has log-determinants that the roulette finds', () => {
    tf.tidy(() => {
      const net = make({ shape: [2, 3, 2] })
      const one = drawTensor(REALS, 'x', [2, 3, 2])
      const right = new InvertibleResidual({ net }).forwardAndLogDet(one).logDet.dataSync()[0]!
      const noisy = new InvertibleResidual({ net, logDet: { roulette: {} } })
      const n = 4096
      const x = tf.add(tf.zeros([n, 2, 3, 2]), one)
      const { logDet } = noisy.forwardAndLogDet(x, { mode: 'eval', estimate: true, rng: Rng.seed('conv') })
      const { mean, variance } = tf.moments(logDet)
      const error = Math.sqrt(variance.dataSync()[0]! / n)
      expect(error).toBeGreaterThan(1e-4)
      expect(Math.abs(mean.dataSync()[0]! - right)).toBeLessThan(4 * error)
      net.dispose()
    })
  })

  it('says what is wrong with its options', () => {
    expect(() => make({ kernel: 2 })).toThrow('an odd size')
    expect(() => make({ steps: 0 })).toThrow('positive integers')
    expect(() => make({ coefficient: 1.2 })).toThrow('below 1')
    // @ts-expect-error not smooth
    expect(() => make({ activation: 'relu' })).toThrow('no gradient')
    expect(() => new InvertibleResidual({ net: make(), context: 1 })).toThrow('expected 3 inputs')
  })
})
