import { beforeAll, describe, expect, it } from 'vitest'
import { ready } from '../flow/engine.js'
import { signAndLogDet } from '../maths/linear.js'
import { aboveDiagonal, at, logDiagonal, reordered, type Structure, structures } from './structures.js'

beforeAll(ready)

describe.each(Object.entries(structures) as [string, Structure][])('the Jacobian of a %s layer', (_key, structure) => {
  it('has the log-determinant that Ebbflow says', () => {
    const { jacobian, logDet } = at(structure, 2)
    expect(signAndLogDet(jacobian).logAbs).toBeCloseTo(logDet, 9)
  })

  it('is a triangle where it is said to be, and only there', () => {
    const { jacobian, logDet } = at(structure, 2)
    const shown = structure.sorted ? reordered(jacobian, structure.sorted) : jacobian
    if (structure.triangular) {
      expect(aboveDiagonal(shown)).toBe(0)
      expect(logDiagonal(shown)).toBeCloseTo(logDet, 10)
    } else expect(aboveDiagonal(shown)).toBeGreaterThan(0.01)
    if (structure.sorted) expect(aboveDiagonal(jacobian)).toBeGreaterThan(0.01)
  })
})
