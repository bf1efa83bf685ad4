import { Rng } from '@ebbflow/core'
import { ndtr } from '@ebbflow/core/plain'
import { describe, expect, it } from 'vitest'
import { corner } from './corner.js'
import { massLevels } from './density.js'
import { cellArea } from './field.js'
import { histogram, kernelDensity, marginals, pointDensity } from './histogram.js'
import { columnOf } from './rows.js'

const rng = Rng.seed(5)
const normals = Float64Array.from(rng.split('n').values('normal', 20_000))
const uniforms = Float64Array.from(rng.split('u').values('uniform', 80_000))

describe('histograms', () => {
  it('hold the shares of all values', () => {
    expect([...histogram([0.1, 0.1, 0.6, 1.2], { range: [0, 1], bins: 2 }).density]).toEqual([1, 0.5])
    const { density } = histogram(normals, { range: [-3, 3], bins: 30 })
    const within = density.reduce((sum, v) => sum + 0.2 * v, 0)
    expect(within).toBeCloseTo(ndtr(3) - ndtr(-3), 2)
    density.forEach((v, i) => {
      const x = -3 + 0.2 * i
      expect(Math.abs(0.2 * v - (ndtr(x + 0.2) - ndtr(x)))).toBeLessThan(0.009)
    })
  })

  it('have bins that suit the number of values', () => {
    expect(histogram([1], { range: [0, 2] }).density).toHaveLength(12)
    expect(histogram(normals, { range: [0, 2] }).density).toHaveLength(54)
    expect(() => histogram([1], { range: [0, 2], bins: 0 })).toThrow('positive whole')
  })
})

describe('kernel densities', () => {
  it('are the mean of kernels', () => {
    const values = [-0.3, 0.4, 0.45, 2.2]
    const { at, density } = kernelDensity(values, { range: [-1, 1], points: 401, bandwidth: 0.3 })
    at.forEach((x, i) => {
      const exact =
        values.reduce((sum, v) => sum + Math.exp(-(((x - v) / 0.3) ** 2) / 2), 0) / (4 * 0.3 * Math.sqrt(2 * Math.PI))
      // the kernel ends at three bandwidths, with 0.3 % of its mass beyond
      expect(Math.abs(density[i]! - exact)).toBeLessThan(0.005)
    })
  })

  it('integrate to 1, and follow the law of many values', () => {
    const { at, density } = kernelDensity(normals, { range: [-6, 6] })
    expect(density.reduce((sum, v) => sum + v, 0) * (at[1]! - at[0]!)).toBeCloseTo(1, 3)
    at.forEach((x, i) => {
      expect(Math.abs(density[i]! - Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI))).toBeLessThan(0.02)
    })
  })

  it('bear values that are all the same', () => {
    const { density } = kernelDensity([1, 1, 1], { range: [0, 2] })
    expect(density.every(Number.isFinite)).toBe(true)
    expect(() => kernelDensity([], { range: [0, 1] })).toThrow('needs values')
  })
})

describe('densities of points', () => {
  it('hold all the mass within, and the levels of its shares', () => {
    const field = pointDensity(uniforms, { x: [0, 1], y: [0, 1], size: 20 })
    const total = field.values.reduce((a, b) => a + b, 0) * cellArea(field)
    expect(total).toBeCloseTo(1, 6)
    const [half] = massLevels(field, [0.5])
    const above = field.values.filter((v) => v >= half!).reduce((a, b) => a + b, 0) * cellArea(field)
    expect(above).toBeCloseTo(0.5, 1)
  })
})

describe('marginals', () => {
  it('are those of the columns', () => {
    const rows = Float64Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? i : -i / 10))
    const [x, y] = marginals(rows, { width: 2, bins: 10 })
    expect(x!.histogram.density).toHaveLength(10)
    expect(y!.histogram.range[0]).toBeLessThan(-55)
    expect(columnOf(rows, 2, 1)[3]).toBeCloseTo(-0.7, 12)
    expect(() => marginals([1, 2, 3], { width: 2 })).toThrow('not whole')
  })
})

describe('corner plots', () => {
  const column = (name: string, shift: number) => ({
    name,
    sets: [normals.subarray(0, 3000).map((v) => v + shift), normals.subarray(5000, 6000).map((v) => v + shift)],
  })

  it('have an axis a column and a density a pair and set', () => {
    const { axes, pairs, shares } = corner(['a', 'b', 'c'].map((name, i) => column(name, 10 * i)))
    expect(axes.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect(pairs.map(({ x, y }) => [x, y])).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ])
    for (const { densities } of pairs) {
      expect(densities).toHaveLength(2)
      for (const { levels } of densities) expect(levels).toEqual([...levels].sort((a, b) => a - b))
    }
    expect(shares).toHaveLength(4)
  })

  it('do not suggest negative values where there are none', () => {
    const { axes } = corner([{ name: 'a', sets: [Float64Array.from({ length: 100 }, (_, i) => i)] }])
    expect(axes[0]!.range[0]).toBe(0)
  })

  it('take logarithmic columns, what they do not take lying below', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i < 100 ? 0 : 10 ** (i / 250)))
    const [axis] = corner([{ name: 'a', sets: [values], log: true }]).axes
    expect(axis!.range[0]).toBeCloseTo(0.4 - 0.04 * 3.6, 1)
    expect(axis!.range[1]).toBeCloseTo(4 + 0.04 * 3.6, 1)
    const { density, range } = axis!.histograms[0]!
    expect(density.reduce((a, b) => a + b, 0) * ((range[1] - range[0]) / density.length)).toBeCloseTo(0.9, 1)
    expect(() => corner([])).toThrow('at least one column')
    expect(() => corner([{ name: 'a', sets: [Float64Array.of(-1, 0)], log: true }])).toThrow('finite values')
  })
})
