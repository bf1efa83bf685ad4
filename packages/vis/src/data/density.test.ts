import { Rng } from '@ebbflow/core'
import { expect, it } from 'vitest'
import { contours, densityRegions } from './contours.js'
import { densityGrid, densityGridOf, gridMarginals, type LogDensity, massLevels } from './density.js'
import { extentOf, rangeOf } from './extent.js'
import { fieldOf, gridPoints, valueAt } from './field.js'

/** A normal in the plane of means m and standard deviations s. */
const normal =
  ([mx, my]: readonly number[], [sx, sy]: readonly number[]): LogDensity =>
  (xy, n) =>
    Float64Array.from({ length: n }, (_, i) => {
      const [u, v] = [(xy[2 * i]! - mx!) / sx!, (xy[2 * i + 1]! - my!) / sy!]
      return -Math.log(2 * Math.PI * sx! * sy!) - (u * u + v * v) / 2
    })

const BOX = { x: [-5, 5], y: [-5, 5] } as const
const standard = densityGrid(normal([0, 0], [1, 1]), { ...BOX, size: 100 })

/** The area of rings by the shoelace formula, holes taken off by their direction. */
const areaOf = (rings: readonly Float64Array[]): number =>
  Math.abs(
    rings.reduce((sum, ring) => {
      let twice = 0
      for (let i = 0; i < ring.length; i += 2) {
        const j = (i + 2) % ring.length
        twice += ring[i]! * ring[j + 1]! - ring[j]! * ring[i + 1]!
      }
      return sum + twice / 2
    }, 0),
  )

it('gathers the mass of a normal, wherever it lies', () => {
  const rng = Rng.seed(1)
  for (let k = 0; k < 10; k++) {
    const [mx, my, a, b] = rng.split(k).values('uniform', 4)
    const [mean, spread] = [
      [4 * mx! - 2, 4 * my! - 2],
      [0.3 + a!, 0.3 + b!],
    ]
    const grid = densityGrid(normal(mean, spread), { x: [-9, 9], y: [-9, 9], size: [140, 160] })
    expect(grid.mass).toBeCloseTo(1, 6)
    const { x, y } = gridMarginals(grid)
    const at = x.at.findIndex((v) => v > mean[0]!)
    const z = (x.at[at]! - mean[0]!) / spread[0]!
    expect(x.density[at]).toBeCloseTo(Math.exp((-z * z) / 2) / (spread[0]! * Math.sqrt(2 * Math.PI)), 5)
    expect(y.density.reduce((sum, v) => sum + v, 0) * (18 / 160)).toBeCloseTo(1, 6)
  }
})

it('finds levels and regions that hold their shares of the mass', () => {
  const shares = [0.5, 0.9, 0.99]
  const levels = massLevels(standard, shares)
  const regions = densityRegions(standard, shares)
  shares.forEach((share, i) => {
    // the region of mass s of a standard normal is the disc of radius² −2 log(1 − s), its level (1 − s) / 2π
    expect(levels[i]! / ((1 - share) / (2 * Math.PI))).toBeCloseTo(1, 1)
    const inside = standard.values.filter((v) => v >= levels[i]!).reduce((a, b) => a + b, 0) * 0.01
    expect(inside).toBeCloseTo(share, 2)
    expect(regions[i]!.rings).toHaveLength(1)
    expect(areaOf(regions[i]!.rings) / (-2 * Math.PI * Math.log(1 - share))).toBeCloseTo(1, 1)
    expect(regions[i]).toMatchObject({ share, level: levels[i] })
  })
})

it('outlines cells where they stand, along the edge, and holes', () => {
  const options = { x: [0, 4], y: [10, 14], size: 4 } as const
  const corner = fieldOf([1, ...Array<number>(15).fill(0)], options)
  const [{ rings }] = contours(corner, [0.5]) as [ReturnType<typeof contours>[number]]
  const ends = (axis: number): number[] => {
    const all = [...rings[0]!].filter((_, i) => i % 2 === axis)
    return [Math.min(...all), Math.max(...all)]
  }
  expect([ends(0), ends(1)]).toEqual([
    [0, 1],
    [10, 11],
  ])
  const ring = fieldOf(
    Array.from({ length: 16 }, (_, i) => (i === 5 ? 0 : 1)),
    options,
  )
  const [around] = contours(ring, [0.5])
  expect(around!.rings).toHaveLength(2)
  expect(areaOf(around!.rings)).toBeCloseTo(16 - 0.5, 10)
})

it('closes a region that fills the rectangle along its edges', () => {
  const full = fieldOf(Array<number>(12).fill(2), { x: [-1, 2], y: [0, 8], size: [3, 4] })
  expect(areaOf(contours(full, [1])[0]!.rings)).toBeCloseTo(24, 10)
  expect(contours(full, [3])[0]!.rings).toEqual([])
})

it('takes −∞, and names the point of what is no density', () => {
  const options = { x: [0, 1], y: [0, 1], size: [2, 1] } as const
  expect(densityGridOf([-Infinity, 0], options)).toMatchObject({ mass: 0.5 })
  expect(() => densityGridOf([0, Number.NaN], options)).toThrow('log p at (0.75, 0.5) is NaN')
  expect(() => densityGridOf([0, Infinity], options)).toThrow('is Infinity')
  expect(() => densityGridOf([0], options)).toThrow('one value a cell')
})

it('puts points at the centres of cells, and reads fields between them', () => {
  const options = { x: [0, 4], y: [-1, 1], size: [4, 2] } as const
  const points = gridPoints(options)
  expect([...points.slice(0, 4), ...points.slice(-2)]).toEqual([0.5, -0.5, 1.5, -0.5, 3.5, 0.5])
  const plane = fieldOf(
    Array.from({ length: 8 }, (_, i) => points[2 * i]! + 10 * points[2 * i + 1]!),
    options,
  )
  expect(valueAt(plane, 1.25, 0.25)).toBeCloseTo(3.75, 12)
  expect(valueAt(plane, -7, 0)).toBeCloseTo(0.5, 12)
  for (const bad of [{ size: 0 }, { size: [2, 1.5] as const }, { x: [1, 1] as const }, { y: [0, Infinity] as const }])
    expect(() => gridPoints({ ...options, ...bad })).toThrow(/positive whole|rising range/)
})

it('finds ranges of values', () => {
  expect(rangeOf([3, Number.NaN, 1, 2], { margin: 0 })).toEqual([1, 3])
  expect(rangeOf([5, 5])).toEqual([4, 6])
  const many = Float64Array.from({ length: 1001 }, (_, i) => i)
  expect(rangeOf(many, { share: 0.9, margin: 0 })).toEqual([50, 950])
  expect(extentOf([0, 0, 2, 1], { margin: 0, square: true })).toEqual({ x: [0, 2], y: [-0.5, 1.5] })
  expect(() => rangeOf([Number.NaN])).toThrow('finite values')
})

it('gives the same data as ever', () => {
  const grid = densityGrid(normal([0.3, -0.2], [0.8, 0.5]), { x: [-2, 2], y: [-2, 2], size: 5 })
  const rounded = (values: ArrayLike<number>): number[] => Array.from(values, (v) => Number(v.toFixed(4)))
  expect(rounded(grid.values)).toMatchInlineSnapshot(`
    [
      0.0005,
      0.0031,
      0.0074,
      0.0065,
      0.0021,
      0.0115,
      0.0753,
      0.1805,
      0.1593,
      0.0517,
      0.0219,
      0.1427,
      0.3424,
      0.3021,
      0.0981,
      0.0032,
      0.0209,
      0.0502,
      0.0443,
      0.0144,
      0,
      0.0002,
      0.0006,
      0.0005,
      0.0002,
    ]
  `)
  expect(
    densityRegions(grid, [0.5]).map(({ level, rings }) => [rounded([level]), rings.map(rounded)]),
  ).toMatchInlineSnapshot(`
    [
      [
        [
          0.1805,
        ],
        [
          [
            1.2768,
            0,
            0.8,
            -0.6812,
            0,
            -0.8,
            0,
            -0.8,
            0,
            -0.8,
            -0.6485,
            0,
            0,
            0.4431,
            0.8,
            0.3773,
          ],
        ],
      ],
    ]
  `)
})
