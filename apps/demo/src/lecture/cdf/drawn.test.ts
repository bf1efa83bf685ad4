import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cdf, density, drawn, quantile } from './drawn.js'

/** Heights as a hand draws them: zero, or large enough that their squares do not underflow. */
const heights = fc
  .array(
    fc.integer({ min: 0, max: 1_000_000 }).map((h) => h / 1e5),
    { minLength: 2, maxLength: 40 },
  )
  .filter((list) => list.some((h) => h > 1e-3))

describe('a drawn density', () => {
  it('has a mass of 1, whose integral is its distribution function', () => {
    const p = drawn([0, 3, 1, 0, 0, 2, 5], -2, 4)
    const n = 60_000
    let mass = 0
    for (let i = 0; i < n; i++) mass += (density(p, -2 + (6 * (i + 0.5)) / n) * 6) / n
    expect(mass).toBeCloseTo(1, 8)
    expect(cdf(p, 0.5)).toBeCloseTo((1.5 + 2 + 0.25 + 0.125) / (1.5 + 2 + 0.5 + 0 + 1 + 3.5), 2)
    for (const x of [-1.7, 0.3, 3.2]) {
      const h = 1e-5
      expect((cdf(p, x + h) - cdf(p, x - h)) / (2 * h)).toBeCloseTo(density(p, x), 6)
    }
  })

  it('is inverted by its quantiles, whatever is drawn', () => {
    fc.assert(
      fc.property(heights, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (raw, draw) => {
        const u = draw / 2 ** 32
        const p = drawn(raw, 0, 1)
        const x = quantile(p, u)
        expect(x).toBeGreaterThanOrEqual(0)
        expect(x).toBeLessThanOrEqual(1)
        expect(Math.abs(cdf(p, x) - u)).toBeLessThan(1e-7)
      }),
      { numRuns: 500 },
    )
  })

  it('never drops a sample where it is zero', () => {
    const p = drawn([1, 0, 0, 0, 1], 0, 4)
    for (let u = 0.001; u < 1; u += 0.007) {
      const x = quantile(p, u)
      expect(x < 1 || x > 3).toBe(true)
    }
  })

  it('refuses a drawing without mass', () => {
    expect(() => drawn([0, 0, 0], 0, 1)).toThrow(/positive/)
    expect(() => drawn([1, -1, 0], 0, 1)).toThrow(/negative/)
  })
})
