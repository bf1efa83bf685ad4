import { describe, expect, it } from 'vitest'
import { climb, gradient, logDensities, maximum, meanLogLikelihood } from './normal-fit.js'

const points = [-1.2, 0.1, 0.4, 1.9, 2.3]

describe('fitting a normal', () => {
  it('has the density of a normal', () => {
    const [value] = logDensities([2], { mean: 1, logSpread: Math.log(2) })
    expect(value).toBeCloseTo(-0.125 - Math.log(2) - 0.9189385332046727, 14)
  })

  it('has the gradient that differences find', () => {
    const at = { mean: 0.3, logSpread: -0.4 }
    const h = 1e-6
    const along = (mean: number, logSpread: number) =>
      meanLogLikelihood(points, { mean: at.mean + mean, logSpread: at.logSpread + logSpread })
    const found = gradient(points, at)
    expect((along(h, 0) - along(-h, 0)) / (2 * h)).toBeCloseTo(found.mean, 7)
    expect((along(0, h) - along(0, -h)) / (2 * h)).toBeCloseTo(found.logSpread, 7)
  })

  it('climbs at every step, to the maximum in closed form', () => {
    let at = { mean: -3, logSpread: 1 }
    let before = meanLogLikelihood(points, at)
    for (let i = 0; i < 200; i++) {
      at = climb(points, at, 0.3)
      const now = meanLogLikelihood(points, at)
      expect(now).toBeGreaterThanOrEqual(before - 1e-12)
      before = now
    }
    const best = maximum(points)
    expect(at.mean).toBeCloseTo(best.mean, 6)
    expect(at.logSpread).toBeCloseTo(best.logSpread, 6)
    expect(gradient(points, best).mean).toBeCloseTo(0, 12)
  })
})
