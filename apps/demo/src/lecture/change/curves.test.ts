import { describe, expect, it } from 'vitest'
import { numericJacobian, signAndLogDet } from '../maths/linear.js'
import {
  backward,
  cellMasses,
  changedDensity,
  forward,
  logChangedDensity,
  masses,
  pull,
  push,
  slope,
} from './curves.js'

const curve = { scale: 1.3, skew: 0.4, weight: 0.7 }
const sheet = { stretch: 0.5, bend: 0.6 }

describe('a change of variables on the line', () => {
  it('goes there and back', () => {
    for (const z of [-4, -0.2, 0, 1.5, 3]) {
      expect(backward(curve, forward(curve, z))).toBeCloseTo(z, 11)
      const h = 1e-6
      expect((forward(curve, z + h) - forward(curve, z - h)) / (2 * h)).toBeCloseTo(slope(curve, z), 6)
    }
  })

  it('keeps the mass of every interval', () => {
    for (const [a, b] of [
      [-3, -1],
      [-0.5, 0.5],
      [0.2, 2.6],
    ] as const) {
      const found = masses(curve, a, b)
      expect(found.x).toBeCloseTo(found.z, 8)
    }
    expect(changedDensity({ scale: 2, skew: 0, weight: 1 }, 0)).toBeCloseTo(0.3989422804014327 / 2, 14)
  })
})

describe('a change of variables in the plane', () => {
  it('goes there and back, with the determinant that differences find', () => {
    for (const z of [
      [0.3, -1],
      [-1.2, 0.4],
    ] as const) {
      const back = pull(sheet, push(sheet, z))
      expect(back[0]).toBeCloseTo(z[0], 12)
      expect(back[1]).toBeCloseTo(z[1], 12)
      const J = numericJacobian((at) => push(sheet, [at[0]!, at[1]!]), z)
      expect(signAndLogDet(J).logAbs).toBeCloseTo(sheet.stretch * z[0], 8)
      const drop = -(z[0] ** 2 + z[1] ** 2) / 2 - Math.log(2 * Math.PI)
      expect(logChangedDensity(sheet, push(sheet, z))).toBeCloseTo(drop - sheet.stretch * z[0], 12)
    }
  })

  it('keeps the mass of a cell, and changes its area', () => {
    const found = cellMasses(sheet, [0.5, -0.4], 0.8)
    expect(found.x).toBeCloseTo(found.z, 5)
    // ∫ e^(0.5 a) da over [0.5, 1.3] times the side
    expect(found.area).toBeCloseTo(0.8 * 2 * (Math.exp(0.65) - Math.exp(0.25)), 4)
  })
})
