import { describe, expect, it } from 'vitest'
import { flatten, gridLines, unflatten, warped } from './grid.js'
import { ticksOf } from './plane.js'

describe('the lines of a grid', () => {
  it('cover the rectangle, the edges included', () => {
    const lines = gridLines([-1, 1], [0, 4], 2, 4)
    expect(lines).toHaveLength(6)
    expect(lines[0]![0]).toEqual([-1, 0])
    expect(lines[0]![4]).toEqual([-1, 4])
    expect(lines[5]).toEqual([
      [-1, 4],
      [-0.5, 4],
      [0, 4],
      [0.5, 4],
      [1, 4],
    ])
  })

  it('come back from rows as they went, and follow a map', () => {
    const lines = gridLines([0, 1], [0, 1], 1, 2)
    expect(unflatten(flatten(lines), lines)).toEqual(lines)
    expect(warped(lines, ([x, y]) => [y, x])[0]![1]).toEqual([0.5, 0])
  })
})

describe('ticks', () => {
  it('are round numbers within the range', () => {
    expect(ticksOf([-4, 4], 8)).toEqual([-4, -3, -2, -1, 0, 1, 2, 3, 4])
    expect(ticksOf([0, 0.32], 8)).toEqual([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3])
    expect(ticksOf([0, 3000], 4)).toEqual([0, 1000, 2000, 3000])
    expect(ticksOf([6.5, 0.5], 6)).toEqual([])
  })
})
