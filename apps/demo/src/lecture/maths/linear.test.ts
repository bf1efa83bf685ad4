import { describe, expect, it } from 'vitest'
import { numericJacobian, signAndLogDet, signedArea } from './linear.js'

describe('small linear algebra', () => {
  it('finds the determinant with its sign, pivots included', () => {
    const { sign, logAbs } = signAndLogDet([
      [0, 2, 1],
      [3, 0, 0],
      [1, 1, 4],
    ])
    expect(sign * Math.exp(logAbs)).toBeCloseTo(-21, 12)
    expect(
      signAndLogDet([
        [1, 2],
        [2, 4],
      ]),
    ).toEqual({ sign: 0, logAbs: -Infinity })
  })

  it('finds Jacobians by differences', () => {
    const J = numericJacobian(([a, b]) => [a! * a! * b!, Math.sin(b!)], [2, 0.5])
    expect(J[0]![0]).toBeCloseTo(2, 8)
    expect(J[0]![1]).toBeCloseTo(4, 8)
    expect(J[1]![0]).toBeCloseTo(0, 8)
    expect(J[1]![1]).toBeCloseTo(Math.cos(0.5), 8)
  })

  it('measures polygons, with the sign of their orientation', () => {
    const square = [
      [0, 0],
      [2, 0],
      [2, 2],
      [0, 2],
    ] as const
    expect(signedArea(square)).toBe(4)
    expect(signedArea([...square].reverse())).toBe(-4)
  })
})
