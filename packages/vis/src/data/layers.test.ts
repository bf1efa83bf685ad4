import { describe, expect, it } from 'vitest'
import { chainProduct, structureOf } from './jacobian.js'
import { type LayerMap, layerPath, logDetField, logDetFields, pathAt, trajectory } from './layers.js'
import { gridLines, trajectoryLines } from './lines.js'

const BOX = { x: [-2, 2], y: [-1, 1] } as const
const identity: LayerMap = (rows, n) => ({ values: rows, logDet: new Float64Array(n) })
/** A x + b with A of determinant 5.5. */
const A = [2, 1, -0.5, 2.5] as const
const affine: LayerMap = (rows, n) => ({
  values: rows.map((_, i) => {
    const [x, y] = [rows[i - (i % 2)]!, rows[i - (i % 2) + 1]!]
    return i % 2 === 0 ? A[0] * x + A[1] * y + 1 : A[2] * x + A[3] * y - 1
  }),
  logDet: new Float64Array(n).fill(Math.log(5.5)),
})
const square: LayerMap = (rows, n) => ({
  values: rows.map((v, i) => (i % 2 === 0 ? Math.sign(v) * v * v : v)),
  logDet: Float64Array.from({ length: n }, (_, i) => Math.log(2 * Math.abs(rows[2 * i]!))),
})

describe('grids through layers', () => {
  const grid = gridLines({ ...BOX, lines: 5, points: 9 })

  it('have their lines in order, first those along y', () => {
    expect(grid.points).toHaveLength(2 * 10 * 9)
    expect([...grid.starts]).toEqual(Array.from({ length: 11 }, (_, i) => 9 * i))
    const line = (i: number) => Array.from(grid.points.subarray(18 * i, 18 * (i + 1)))
    expect(line(1).filter((_, i) => i % 2 === 0)).toEqual(Array(9).fill(-1))
    expect(line(1).filter((_, i) => i % 2 === 1)[0]).toBe(-1)
    expect(line(7).filter((_, i) => i % 2 === 1)).toEqual(Array(9).fill(0))
  })

  it('are themselves after the identity, and at every stage of it', () => {
    const path = layerPath(grid.points, [identity, identity])
    for (const t of [0, 0.3, 1, 1.7, 2]) expect(pathAt(path, t)).toEqual(grid.points)
  })

  it('lie where layers put them, and between', () => {
    const path = layerPath(Float32Array.of(1, 2), [affine, square])
    expect(path.steps.map((rows) => [...rows])).toEqual([
      [1, 2],
      [5, 3.5],
      [25, 3.5],
    ])
    expect([...pathAt(path, 0.5)]).toEqual([3, 2.75])
    expect([...pathAt(path, 1.25)]).toEqual([10, 3.5])
    expect([...pathAt(path, 9)]).toEqual([25, 3.5])
    expect([...pathAt(path, -1)]).toEqual([1, 2])
    expect([...trajectoryLines(path).points]).toEqual([1, 2, 5, 3.5, 25, 3.5])
  })

  it('refuse rows that are not whole, and nothing between rows of two sizes', () => {
    expect(() => layerPath(Float32Array.of(1, 2, 3), [identity])).toThrow('not whole')
    const half: LayerMap = (rows) => ({ values: rows.slice(0, rows.length / 2) })
    const path = layerPath(Float32Array.of(1, 2, 3, 4), [half])
    expect(() => pathAt(path, 0.5)).toThrow('different sizes')
    expect(path.logDet[0]).toEqual(Float64Array.of(Number.NaN, Number.NaN))
  })
})

describe('log-determinants', () => {
  it('of a point come together along its way', () => {
    const way = trajectory(layerPath(Float32Array.of(0, 0, 1, 2), [affine, square]), 1)
    expect([...way.logDet]).toEqual([Math.log(5.5), Math.log(10)])
    expect(way.total).toBeCloseTo(Math.log(55), 12)
    expect(way.rows.map((row) => [...row])).toEqual([
      [1, 2],
      [5, 3.5],
      [25, 3.5],
    ])
    expect(() => trajectory(layerPath(Float32Array.of(0, 0), [affine]), 1)).toThrow('no such row')
  })

  it('of an affine layer are the same everywhere, and add up', () => {
    const options = { ...BOX, size: [7, 5] } as const
    expect([...logDetField(affine, options).values]).toEqual(Array(35).fill(Math.log(5.5)))
    const { layers, total } = logDetFields([affine, affine, identity], options)
    expect(layers).toHaveLength(3)
    for (const value of total.values) expect(value).toBeCloseTo(2 * Math.log(5.5), 12)
  })

  it('are those at the values that reach a layer', () => {
    const options = { x: [0, 1], y: [0, 1], size: 1 } as const
    // (0.5, 0.5) reaches the second layer as (2.5, 0)
    expect(logDetFields([affine, square], options).layers[1]!.values[0]).toBeCloseTo(Math.log(5), 6)
    expect(logDetField(square, options).values[0]).toBeCloseTo(0, 12)
    expect(() => logDetField((rows) => ({ values: rows }), options)).toThrow('no log-determinant')
  })
})

describe('matrices', () => {
  const of = (n: number, ...values: number[]) => ({
    rows: values.length / n,
    columns: n,
    values: Float64Array.from(values),
  })

  it('show their structure', () => {
    expect(structureOf(of(2, 1, 0, 3, 1))).toBe('lower')
    expect(structureOf(of(2, 1, 1e-9, 3, 1))).toBe('lower')
    expect(structureOf(of(2, 1, 1e-3, 3, 1))).toBe('full')
    expect(structureOf(of(2, 1, 4, 0, 1))).toBe('upper')
    expect(structureOf(of(2, 1, 0, 0, 2))).toBe('diagonal')
    expect(structureOf(of(3, 0, 1, 0, 0, 0, 1, 1, 0, 0))).toBe('permutation')
    expect(structureOf(of(2, 0, 0, 0, 0))).toBe('zero')
    expect(structureOf(of(2, 1, 0, 0, 1, 0, 0))).toBe('full')
  })

  it('multiply in the order in which layers are applied', () => {
    const first = of(3, 1, 2, 3, 4, 5, 6)
    const second = of(2, 0, 1, 1, 0, 1, 1)
    expect(chainProduct([first, second])).toEqual(of(3, 4, 5, 6, 1, 2, 3, 5, 7, 9))
    expect(() => chainProduct([first, first])).toThrow('do not fit')
    expect(() => chainProduct([])).toThrow('at least one')
  })
})
