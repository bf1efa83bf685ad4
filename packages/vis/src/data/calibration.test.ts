import { Rng } from '@ebbflow/core'
import { ndtr } from '@ebbflow/core/plain'
import { describe, expect, it } from 'vitest'
import { calibration } from './calibration.js'
import { chiSquareCdf, chiSquareQuantile, orderQuantile } from './quantiles.js'

const N = 4000
const z = Float64Array.from(Rng.seed(7).values('normal', 3 * N))

describe('latents that follow the base', () => {
  const found = calibration(z, { width: 3 })

  it('lie on the diagonal, within their bands but for chance', () => {
    for (const { theoretical, observed, lower, upper, distance } of [
      found.radius,
      ...found.dimensions.map(({ quantiles }) => quantiles),
    ]) {
      const middle = theoretical.length / 2
      expect(Math.abs(observed[middle | 0]! - theoretical[middle | 0]!)).toBeLessThan(0.15)
      const outside = [...observed].filter((v, i) => v < lower[i]! || v > upper[i]!).length
      // 5 % on average, and what is next to an outlier is often one too
      expect(outside).toBeLessThan(25)
      // the Kolmogorov–Smirnov test at 1 in 10,000
      expect(distance).toBeLessThan(2.23 / Math.sqrt(N))
    }
  })

  it('have flat histograms of their probability integral transforms', () => {
    for (const { density, band } of [found.radiusPit, ...found.dimensions.map(({ pit }) => pit)]) {
      expect(density.reduce((a, b) => a + b, 0) / density.length).toBeCloseTo(1, 10)
      const outside = [...density].filter((v) => v < band[0] || v > band[1]).length
      expect(outside).toBeLessThan(6)
    }
    const [low, high] = found.radiusPit.band
    expect((low + high) / 2).toBeCloseTo(1, 10)
    expect(high - 1).toBeCloseTo(1.96 * Math.sqrt((0.05 * 0.95) / N) * 20, 3)
  })
})

describe('latents that do not', () => {
  it('show it in the dimension that is wide, and in |z|²', () => {
    const wide = z.map((v, i) => (i % 3 === 1 ? 1.3 * v : v))
    const { radius, dimensions } = calibration(wide, { width: 3 })
    const [a, b, c] = dimensions.map(({ quantiles }) => quantiles.distance)
    expect(b).toBeGreaterThan(2 * Math.max(a!, c!))
    expect(radius.distance).toBeGreaterThan(0.05)
    const { observed, upper } = dimensions[1]!.quantiles
    expect(observed.at(-3)).toBeGreaterThan(upper.at(-3)!)
  })

  it('are refused where there is nothing to tell', () => {
    expect(() => calibration([1, 2], { width: 2 })).toThrow('at least two rows')
    expect(() => calibration([1, 2, 3], { width: 2 })).toThrow('not whole')
    expect(() => calibration(z, { width: 3, level: 1 })).toThrow('in (0, 1)')
  })
})

describe('quantiles', () => {
  it('undo distribution functions', () => {
    for (const d of [1, 2, 7, 64])
      for (const p of [1e-4, 0.3, 0.5, 0.99]) expect(chiSquareCdf(d, chiSquareQuantile(d, p))).toBeCloseTo(p, 10)
    // two degrees of freedom are an exponential law, one is the square of a normal
    expect(chiSquareQuantile(2, 0.9)).toBeCloseTo(-2 * Math.log(0.1), 8)
    expect(chiSquareCdf(1, 4)).toBeCloseTo(ndtr(2) - ndtr(-2), 12)
  })

  it('of the largest of n uniforms are roots', () => {
    expect(orderQuantile(10, 10, 0.3)).toBeCloseTo(0.3 ** 0.1, 10)
    expect(orderQuantile(1, 10, 0.3)).toBeCloseTo(1 - 0.7 ** 0.1, 10)
  })
})
