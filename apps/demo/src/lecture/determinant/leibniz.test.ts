import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signAndLogDet } from '../maths/linear.js'
import { determinant, permutations, terms } from './leibniz.js'

describe('the determinant as a sum over permutations', () => {
  it('is 6 for the lecture’s matrix and 1 for I₃', () => {
    expect(
      determinant([
        [3, 2],
        [0, 2],
      ]),
    ).toBe(6)
    expect(
      determinant([
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]),
    ).toBe(1)
  })

  it('turns its sign when two columns are exchanged', () => {
    expect(
      determinant([
        [2, 3],
        [2, 0],
      ]),
    ).toBe(-6)
  })

  it('has n! terms, half of either sign', () => {
    for (const [n, count] of [
      [2, 2],
      [3, 6],
      [4, 24],
    ] as const) {
      const all = permutations(n)
      expect(all).toHaveLength(count)
      expect(new Set(all.map(({ order }) => order.join())).size).toBe(count)
      expect(all.reduce((sum, { sign }) => sum + sign, 0)).toBe(0)
      for (const { order, sign } of all) {
        const inversions = order.flatMap((a, i) => order.slice(i + 1).filter((b) => b < a)).length
        expect(sign).toBe(inversions % 2 === 0 ? 1 : -1)
      }
    }
    expect(
      terms([
        [3, 2],
        [0, 2],
      ]).map(({ value }) => value + 0),
    ).toEqual([6, 0])
  })

  it('agrees with elimination', () => {
    const entry = fc.double({ min: -3, max: 3, noNaN: true })
    const matrix = fc.array(fc.array(entry, { minLength: 4, maxLength: 4 }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(matrix, (a) => {
        const { sign, logAbs } = signAndLogDet(a)
        expect(Math.abs(determinant(a) - (sign === 0 ? 0 : sign * Math.exp(logAbs)))).toBeLessThan(1e-9)
      }),
    )
  })
})
