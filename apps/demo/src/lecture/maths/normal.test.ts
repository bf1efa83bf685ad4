import { describe, expect, it } from 'vitest'
import { logNormalDensity, normalCdf, normalDensity, normalMass } from './normal.js'

describe('the standard normal', () => {
  it('has the tabulated values of its distribution function', () => {
    expect(normalCdf(0)).toBeCloseTo(0.5, 15)
    expect(normalCdf(1)).toBeCloseTo(0.841344746068543, 14)
    expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 14)
    expect(normalCdf(-3)).toBeCloseTo(0.0013498980316301, 15)
    expect(normalCdf(-6) / 9.865876450376981e-10).toBeCloseTo(1, 10)
  })

  it('has a density that is the derivative of its distribution function', () => {
    for (const z of [-4, -2.9, -1, 0, 0.3, 2.99, 3.01, 5]) {
      const h = 1e-4
      expect(normalMass(z - h, z + h) / (2 * h)).toBeCloseTo(normalDensity(z), 8)
      expect(Math.exp(logNormalDensity(z))).toBeCloseTo(normalDensity(z), 14)
    }
  })
})
