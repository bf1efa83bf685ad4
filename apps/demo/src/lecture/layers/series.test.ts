import { describe, expect, it } from 'vitest'
import { signAndLogDet } from '../maths/linear.js'
import { seriesOf } from './series.js'

describe('the series of ln det(I + A)', () => {
  it('begins with the trace and approaches the logarithm', () => {
    const a = [
      [0.4, -0.3],
      [0.2, 0.5],
    ]
    const sums = seriesOf(a, 60)
    expect(sums[0]).toBeCloseTo(0.9, 14)
    // tr(A²) = 0.16 − 0.06 + 0.25 − 0.06
    expect(sums[1]).toBeCloseTo(0.9 - 0.145, 14)
    const { logAbs } = signAndLogDet([
      [1.4, -0.3],
      [0.2, 1.5],
    ])
    expect(sums[59]).toBeCloseTo(logAbs, 12)
    expect(Math.abs(sums[4]! - logAbs)).toBeGreaterThan(1e-4)
  })
})
