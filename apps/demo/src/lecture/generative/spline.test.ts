import { describe, expect, it } from 'vitest'
import { normalCdf, normalDensity } from '../maths/normal.js'
import { evaluate, invertible, preimages, pushedDensity, spline } from './spline.js'

const z = [-3, -2, -1, 0, 1, 2, 3]
const rising = spline(z, [-4, -2.5, -2, 0.1, 0.3, 2, 2.2])
const folded = spline(z, [-3, -1, 1, -0.5, 0.4, 1.5, 3])

describe('the map of a generative network', () => {
  it('goes through its points, smoothly, with the slope that differences find', () => {
    for (const [i, at] of z.entries()) expect(evaluate(rising, at).value).toBeCloseTo(rising.x[i]!, 12)
    for (const at of [-3.5, -2.2, -0.9, 0.5, 1, 2.7, 4]) {
      const h = 1e-6
      const numeric = (evaluate(rising, at + h).value - evaluate(rising, at - h).value) / (2 * h)
      expect(numeric).toBeCloseTo(evaluate(rising, at).slope, 5)
    }
  })

  it('is monotone where its points are', () => {
    expect(invertible(rising)).toBe(true)
    for (let at = -5; at < 5; at += 0.01) expect(evaluate(rising, at).slope).toBeGreaterThanOrEqual(0)
    expect(invertible(folded)).toBe(false)
  })

  it('has one preimage where it is invertible, three within a fold', () => {
    for (const x of [-6, -2.2, 0, 0.2, 3]) {
      const found = preimages(rising, x)
      expect(found).toHaveLength(1)
      expect(evaluate(rising, found[0]!).value).toBeCloseTo(x, 10)
    }
    const found = preimages(folded, 0.2)
    expect(found).toHaveLength(3)
    for (const at of found) expect(evaluate(folded, at).value).toBeCloseTo(0.2, 10)
    expect(preimages(folded, 5)).toHaveLength(1)
  })

  it('makes a density of the same mass, folded or not', () => {
    for (const curve of [rising, folded]) {
      // the same cell of x, from the density and from the masses of its preimages
      const [a, b] = [-0.4, 0.25]
      const n = 4000
      let mass = 0
      for (let i = 0; i < n; i++) mass += (pushedDensity(curve, a + ((b - a) * (i + 0.5)) / n) * (b - a)) / n
      let expected = 0
      const m = 200_000
      for (let i = 0; i < m; i++) {
        const at = -6 + (12 * (i + 0.5)) / m
        const { value } = evaluate(curve, at)
        if (value > a && value < b) expected += (normalDensity(at) * 12) / m
      }
      expect(mass).toBeCloseTo(expected, 3)
    }
  })

  it('is F⁻¹ ∘ Φ for the density that it makes', () => {
    let mass = 0
    const n = 20_000
    const end = evaluate(rising, 0.7).value
    for (let i = 0; i < n; i++) mass += (pushedDensity(rising, -12 + ((end + 12) * (i + 0.5)) / n) * (end + 12)) / n
    expect(mass).toBeCloseTo(normalCdf(0.7), 4)
  })
})
