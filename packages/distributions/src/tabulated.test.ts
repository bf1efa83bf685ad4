import { Rng, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Normal } from './normal.js'
import { Tabulated } from './tabulated.js'

const bell = (x: number): number => Math.exp((-x * x) / 2)
const points = [-3, -1.7, -0.2, 0, 0.9, 2.2]

/** What both distributions say at some points. */
const both = (d: Tabulated, reference: Normal, f: (d: Tabulated | Normal) => tf.Tensor): [Float32Array, Float32Array] =>
  tf.tidy(() => [f(d).dataSync() as Float32Array, f(reference).dataSync() as Float32Array])

describe('a density given as a function', () => {
  const d = Tabulated.fromDensity((x) => 17 * bell(x), { lower: -8, upper: 8 })
  const reference = new Normal()

  it('is normalised and has the moments of what it tabulates', () => {
    tf.tidy(() => {
      expect(d.mean().dataSync()[0]).toBeCloseTo(0, 6)
      expect(d.variance().dataSync()[0]).toBeCloseTo(1, 4)
      expect(d.entropy().dataSync()[0]).toBeCloseTo(reference.entropy().dataSync()[0]!, 4)
    })
  })

  it.each(['logProb', 'cdf'] as const)('has its %s', (what) => {
    const [mine, exact] = both(d, reference, (one) => one[what](tensor(points)))
    for (const [i, e] of exact.entries()) expect(Math.abs(mine[i]! - e)).toBeLessThan(1e-4)
  })

  it('converges as the square of the width of its bins', () => {
    const error = (bins: number): number => {
      const coarse = Tabulated.fromDensity(bell, { lower: -8, upper: 8, bins })
      const [mine, exact] = both(coarse, reference, (one) => one.logProb(tensor([0.03, 1.01, -1.49])))
      return Math.max(...exact.map((e, i) => Math.abs(mine[i]! - e)))
    }
    expect(error(40) / error(160)).toBeGreaterThan(8)
  })
})

describe('a cumulative distribution function', () => {
  it('is inverted: z uniform, then F⁻¹(z)', () => {
    // F(x) = x² on [0, 1], which has density 2x: bins of linear density hold it exactly
    const d = Tabulated.fromCdf((x) => x * x, { lower: 0, upper: 1, bins: 7 })
    tf.tidy(() => {
      const u = [0, 0.01, 0.3, 0.77, 1]
      for (const [i, x] of d.quantile(tensor(u)).dataSync().entries()) expect(x).toBeCloseTo(Math.sqrt(u[i]!), 6)
      const z = Rng.seed(3).uniform([100]).dataSync()
      const draws = d.sample([100], { rng: Rng.seed(3) }).dataSync()
      for (const [i, x] of draws.entries()) expect(x).toBeCloseTo(Math.sqrt(z[i]!), 5)
      for (const [i, p] of tf
        .exp(d.logProb(tensor([0.25, 0.5])))
        .dataSync()
        .entries())
        expect(p).toBeCloseTo([0.5, 1][i]!, 5)
    })
  })

  it('keeps the mass of each bin where F jumps or is flat', () => {
    // half of the mass just above 0.5, nothing between 0.6 and 1
    const d = Tabulated.fromCdf((x) => (x < 0.5 ? x / 2 : x < 0.6 ? 0.5 : x < 1 ? 0.5 : 1), {
      lower: 0,
      upper: 1.2,
      bins: 120,
    })
    tf.tidy(() => {
      expect(
        d
          .cdf(tensor([0.4, 0.55, 0.8, 1.1]))
          .dataSync()
          .map((p) => Math.round(p * 1000) / 1000),
      ).toEqual(new Float32Array([0.2, 0.5, 0.5, 1]))
      expect(d.logProb(tensor(0.8)).dataSync()[0]).toBe(-Infinity)
      expect(
        d
          .sample([2000], { rng: Rng.seed(1) })
          .dataSync()
          .some((x) => x > 0.62 && x < 0.97),
      ).toBe(false)
    })
  })

  it('is cut off and normalised on its interval', () => {
    const d = Tabulated.fromCdf((x) => 1 / (1 + Math.exp(-x)), { lower: 0, upper: 2 })
    tf.tidy(() => {
      expect([...d.cdf(tensor([0, 2])).dataSync()]).toEqual([0, 1])
      expect([...d.quantile(tensor([0, 1])).dataSync()]).toEqual([0, 2])
    })
  })
})

describe('a histogram', () => {
  it('takes counts over edges of any widths, empty bins included', () => {
    const d = Tabulated.fromHistogram({ counts: [1, 0, 3], edges: [0, 1, 3, 3.5] })
    tf.tidy(() => {
      const p = tf.exp(d.logProb(tensor([0.5, 2, 3.2]))).dataSync()
      expect([...p].map((v) => Math.round(v * 1e5) / 1e5)).toEqual([0.25, 0, 1.5])
      expect([...d.quantile(tensor([0.25, 0.625])).dataSync()]).toEqual([1, 3.25])
    })
  })

  it('may have a single bin', () => {
    const d = Tabulated.fromHistogram({ counts: [4], edges: [-1, 1] })
    tf.tidy(() => {
      expect(d.logProb(tensor(0)).dataSync()[0]).toBeCloseTo(-Math.LN2, 6)
      expect(d.quantile(tensor(0.75)).dataSync()[0]).toBeCloseTo(0.5, 6)
    })
  })
})

describe('what cannot be tabulated', () => {
  const bad: [string, () => unknown, RegExp][] = [
    [
      'a negative density',
      () => Tabulated.fromDensity((x) => x, { lower: -1, upper: 1, bins: 4 }),
      /at x = -1: got -1/,
    ],
    ['an infinite density', () => Tabulated.fromDensity((x) => 1 / x, { lower: 0, upper: 1 }), /at x = 0/],
    ['no mass', () => Tabulated.fromDensity(() => 0, { lower: 0, upper: 1 }), /no mass/],
    ['a falling CDF', () => Tabulated.fromCdf((x) => -x, { lower: 0, upper: 1 }), /must not fall/],
    ['a CDF that is NaN', () => Tabulated.fromCdf(() => Number.NaN, { lower: 0, upper: 1 }), /must not fall/],
    ['an infinite interval', () => Tabulated.fromDensity(bell, { lower: 0, upper: Infinity }), /finite ends/],
    ['no bins', () => Tabulated.fromDensity(bell, { lower: 0, upper: 1, bins: 0 }), /positive integer/],
    ['edges out of order', () => Tabulated.fromHistogram({ counts: [1, 1], edges: [0, 2, 1] }), /ascend/],
    ['as many edges as counts', () => Tabulated.fromHistogram({ counts: [1, 1], edges: [0, 1] }), /one more edge/],
  ]
  it.each(bad)('%s', (_, make, message) => {
    expect(make).toThrow(message)
  })
})
