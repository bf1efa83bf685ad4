import { describe, expect, it } from 'vitest'
import { determinant } from '../determinant/leibniz.js'
import { numericJacobian, type Point, signedArea } from '../maths/linear.js'
import { maps, parallelogram, square } from './maps.js'

const points: Point[] = [
  [0.3, -0.8],
  [-1.4, 0.6],
  [1.1, 1.7],
]

describe.each(Object.entries(maps))('the map %s', (_name, map) => {
  it('has the Jacobian that differences find', () => {
    for (const x of points) {
      const exact = map.jacobian(x)
      const numeric = numericJacobian((at) => map.f([at[0]!, at[1]!]), x)
      for (const i of [0, 1]) for (const j of [0, 1]) expect(exact[i]![j]).toBeCloseTo(numeric[i]![j]!, 7)
    }
  })

  it('scales small squares by its determinant', () => {
    for (const x of points) {
      const side = 1e-3
      const image = signedArea(square(x, side).map((corner) => map.f(corner)))
      expect(image / side ** 2).toBeCloseTo(determinant(map.jacobian(x)), 1)
    }
  })

  it('has a parallelogram of the determinant’s area, at any size', () => {
    const J = map.jacobian(points[0]!)
    expect(signedArea(parallelogram([1, 2], J, 0.5)) / 0.25).toBeCloseTo(determinant(J), 12)
  })
})
