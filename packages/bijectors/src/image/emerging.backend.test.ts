import { constant, currentBackend, FLOAT64, registryOf, vjp } from '@ebbflow/core'
import { bijectorContract, drawTensor, expectAgreement, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Emerging, type EmergingOptions } from './emerging.js'

const registry = registryOf(Emerging)
const cases: [options: EmergingOptions, spread: number, kappa: number][] = [
  [{ shape: [4, 4, 2] }, 0.1, 32],
  [{ shape: [3, 2, 3], kernel: 5 }, 0.1, 32],
  [{ shape: [2, 5, 1], kernel: 3 }, 0.3, 64],
  [{ shape: [3, 3, 4], kernel: 1 }, 0.2, 32],
  [{ shape: [8, 8, 4] }, 0.04, 32],
]
for (const [options, parameterSpread, kappa] of cases)
  bijectorContract(`Emerging ${options.shape.join('×')}, kernel ${options.kernel ?? 3}`, {
    make: () => new Emerging(options),
    event: options.shape,
    parameterSpread,
    kappa,
    registry,
  })

/** A layer whose weights have that standard deviation. */
function withSpread(options: EmergingOptions, spread: number): Emerging {
  const layer = new Emerging(options).init({ seed: 2 })
  for (const [path, slot] of layer.slots())
    if (!path.includes('Diagonal'))
      tf.tidy(() => slot.assign(tf.mul(drawTensor(REALS, path, slot.shape), constant(spread))))
  return layer
}

describe('Emerging', () => {
  it('is the product of two autoregressive maps that look opposite ways', () => {
    tf.tidy(() => {
      const layer = withSpread({ shape: [3, 3, 2] }, 0.3)
      const x = drawTensor(REALS, 'x', [1, 3, 3, 2])
      /** Where the output of a part depends on each input value, as a matrix of 0 and 1. */
      const depends = (): number[][] =>
        Array.from({ length: 18 }, (_, i) => {
          const pick = tf.oneHot(tf.tensor1d([i], 'int32'), 18)
          const dy = tf.reshape(tf.cast(pick, 'float32'), [1, 3, 3, 2])
          return [...vjp(() => layer.forward(x), [x], dy).gradients[0]!.dataSync()].map((g) => (g === 0 ? 0 : 1))
        })
      const zero = (path: string): void => {
        const slot = layer.slots().get(path)!
        slot.assign(constant(0, slot.shape))
      }
      zero('g')
      const lower = depends()
      expect(lower.every((row, i) => row.every((seen, j) => seen === 0 || j <= i))).toBe(true)
      // the pixel in the middle sees the four before it, whole, and itself
      expect(lower[9]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
      layer.init({ seed: 2 })
      zero('k')
      const upper = depends()
      expect(upper.every((row, i) => row.every((seen, j) => seen === 0 || j >= i))).toBe(true)
      layer.dispose()
    })
  })

  it('starts well conditioned, and says how it is conditioned', () => {
    const layer = new Emerging({ shape: [16, 16, 12] }).init({ seed: 1 })
    expect(layer.conditioning({ iterations: 10 })).toBeLessThan(2)
    layer.dispose()
    const small = withSpread({ shape: [3, 3, 2] }, 0.3)
    // against the singular values of the dense matrix, by power iterations on it until they stand still
    expect(small.conditioning({ iterations: 30 })).toBeGreaterThan(0.97 * small.conditioning({ iterations: 2000 }))
    small.dispose()
  })

  it('loses the inverse in float32 at weights of standard deviation 0.2 on 16×16×12, and reports it', () => {
    const layer = withSpread({ shape: [16, 16, 12] }, 0.2)
    expect(layer.conditioning({ iterations: 5 })).toBeGreaterThan(2 ** 24)
    if (currentBackend() === FLOAT64) return
    tf.tidy(() => {
      const x = drawTensor(REALS, 'x', [1, 16, 16, 12])
      const again = layer.inverse(layer.forward(x))
      expect(tf.max(tf.abs(tf.sub(again, x))).dataSync()[0]).toBeGreaterThan(1)
    })
    layer.dispose()
  })

  it('keeps the inverse at weights of standard deviation 0.02 there', () => {
    tf.tidy(() => {
      const layer = withSpread({ shape: [16, 16, 12] }, 0.02)
      const kappa = layer.conditioning({ iterations: 10 })
      expect(kappa).toBeLessThan(30)
      const x = drawTensor(REALS, 'x', [5, 16, 16, 12])
      const again = layer.inverse(layer.forward(x))
      expectAgreement(again.dataSync(), x.dataSync(), { kappa, what: 'round trip' })
      layer.dispose()
    })
  })

  it('has the right gradients of gradients of its inverse', () => {
    tf.tidy(() => {
      const layer = withSpread({ shape: [2, 3, 2] }, 0.3)
      const y = drawTensor(REALS, 'y', [2, 2, 3, 2])
      const slope = (at: tf.Tensor): tf.Tensor => vjp(() => tf.sum(tf.square(layer.inverse(at))), [at]).gradients[0]!
      // the loss is quadratic in y, so its gradient is linear: H y = ∇
      const { gradients } = vjp(() => tf.sum(tf.mul(slope(y), y)), [y])
      expectAgreement(gradients[0]!.dataSync(), tf.mul(slope(y), 2).dataSync(), {
        kappa: 64,
        what: 'second derivative',
      })
      layer.dispose()
    })
  })

  it('refuses kernels without a centre', () => {
    expect(() => new Emerging({ shape: [4, 4, 2], kernel: 2 })).toThrow('an odd size')
    expect(() => new Emerging({ shape: [4, 4] })).toThrow('[height, width, channels]')
  })
})
