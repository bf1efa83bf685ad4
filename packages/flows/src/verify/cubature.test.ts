import { Affine, Chain, Exp } from '@ebbflow/bijectors'
import { describe, expect, it } from 'vitest'
import { Flow } from '../flow.js'
import { standardNormal } from '../recipes/options.js'
import { realNVP } from '../recipes/real-nvp.js'
import { cubature } from './cubature.js'
import { massOf } from './mass.js'

describe('cubature', () => {
  const over =
    (f: (x: number, y: number) => number) =>
    (points: Float64Array): number[] =>
      Array.from({ length: points.length / 2 }, (_, i) => f(points[2 * i]!, points[2 * i + 1]!))

  it('is exact for polynomials up to degree nine', () => {
    const f = over((x, y) => x ** 9 * y ** 8)
    expect(cubature(f, [0, -1], [1, 2], { divisions: 1, depth: 1 }).total).toBeCloseTo((1 / 10) * (513 / 9), 12)
  })
  it('finds the area of a disc, whose edge no cell follows', () => {
    const { total, evaluations } = cubature(
      over((x, y) => (x * x + y * y < 1 ? 1 : 0)),
      [-1.3, -1.2],
      [1.1, 1.4],
      { depth: 7 },
    )
    expect(Math.abs(total - Math.PI)).toBeLessThan(1e-3)
    // everywhere to that depth it would be 12² · 4⁷ · 25
    expect(evaluations).toBeLessThan(0.05 * 12 ** 2 * 4 ** 7 * 25)
  })
  it('finds a narrow peak near a point it is told of', () => {
    const s = 0.01
    const peak = over((x, y) => Math.exp(-((x - 0.3) ** 2 + (y - 0.1) ** 2) / (2 * s * s)) / (2 * Math.PI * s * s))
    const without = cubature(peak, [-10, -10], [10, 10], { depth: 8 })
    const { total } = cubature(peak, [-10, -10], [10, 10], { depth: 8, near: [0.3, 0.1] })
    expect(without.total).toBeLessThan(0.5)
    expect(total).toBeCloseTo(1, 4)
  })
  it('shares the integral out among the cells of the first division, the last axis fastest', () => {
    const { parts } = cubature(
      over((x) => x),
      [0, 0],
      [2, 1],
      { divisions: 2 },
    )
    expect([...parts].map((p) => p.toFixed(9))).toEqual(['0.250000000', '0.250000000', '0.750000000', '0.750000000'])
  })
})

describe('massOf', () => {
  it('is 1 for a density with a long tail in one dimension', () => {
    const flow = new Flow({
      base: standardNormal(1),
      bijector: new Chain([new Affine({ shift: 0.5, scale: 0.5 }), new Exp()]),
    })
    const { total, lower } = massOf(flow)
    expect(lower[0]).toBeLessThan(0.2)
    expect(Math.abs(total - 1)).toBeLessThan(1e-3)
  })
  it('refuses what it cannot integrate', () => {
    expect(() => massOf(realNVP({ dimensions: 3 }))).toThrow('events of shape [1] or [2]')
  })
})
