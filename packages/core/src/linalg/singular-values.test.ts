import { describe, expect, it } from 'vitest'
import { EbbflowError, Rng } from '../index.js'
import { singularValues } from './singular-values.js'

describe('singularValues', () => {
  it('has the known values of a matrix of the textbooks', () => {
    // AᵀA of [[4, 0], [3, −5]] has eigenvalues 40 and 10
    const [a, b] = singularValues([4, 0, 3, -5], 2, 2)
    expect(a).toBeCloseTo(Math.sqrt(40), 13)
    expect(b).toBeCloseTo(Math.sqrt(10), 13)
  })
  it('finds small values to full relative accuracy', () => {
    // diag(1, 1e-12) turned on both sides
    const turn = ([p, q]: readonly [number, number]): number[] => [Math.cos(p), -Math.sin(p), Math.sin(q), Math.cos(q)]
    const u = turn([0.7, 0.7])
    expect(singularValues([u[0]!, 1e-12 * u[1]!, u[2]!, 1e-12 * u[3]!], 2, 2)[1]! / 1e-12).toBeCloseTo(1, 10)
  })
  it.each([
    [5, 3],
    [3, 5],
    [1, 4],
    [6, 6],
  ])('keeps the sum of squares and the determinant of AᵀA, %i × %i', (rows, columns) => {
    const a = Rng.seed('svd').values('normal', rows * columns)
    const s = singularValues(a, rows, columns)
    expect(s).toHaveLength(Math.min(rows, columns))
    const squares = s.reduce((sum, v) => sum + v * v, 0)
    expect(squares).toBeCloseTo(
      a.reduce((sum, v) => sum + v * v, 0),
      10,
    )
    expect([...s]).toEqual([...s].sort((x, y) => y - x))
    const transposed = Float64Array.from(a, (_, i) => a[(i % rows) * columns + Math.floor(i / rows)]!)
    singularValues(transposed, columns, rows).forEach((v, i) => {
      expect(v).toBeCloseTo(s[i]!, 12)
    })
  })
  it('throws for what is not a matrix of numbers', () => {
    expect(() => singularValues([1, 2, 3], 2, 2)).toThrow(EbbflowError)
    expect(() => singularValues([1, Number.NaN], 1, 2)).toThrow('not finite')
  })
})
