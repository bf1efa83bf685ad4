import { describe, expect, it } from 'vitest'
import { weightsOfImage } from './picture.js'
import { blank, heart, paint, weightedSource } from './weights.js'

describe('a density of weights', () => {
  it('is sampled in proportion, uniformly within cells, upright', () => {
    const values = Float32Array.of(3, 0, 0, 1)
    const { columns } = weightedSource({ columns: 2, rows: 2, values }, 'four', '', 1)
    const [x, y] = columns as [Float64Array, Float64Array]
    const upperLeft = [...x.keys()].filter((i) => x[i]! < 0 && y[i]! > 0).length
    const lowerRight = [...x.keys()].filter((i) => x[i]! > 0 && y[i]! < 0).length
    expect(upperLeft + lowerRight).toBe(x.length)
    // four standard deviations of a share of 3/4 among 20,000
    expect(Math.abs(upperLeft / x.length - 0.75)).toBeLessThan(4 * Math.sqrt((0.75 * 0.25) / x.length))
    const within = [...x.keys()].filter((i) => x[i]! < 0).map((i) => x[i]! / 3 + 1)
    const mean = within.reduce((a, b) => a + b, 0) / within.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * within.length))
  })

  it('has the entropy of its shares and cells', () => {
    const even = weightedSource({ columns: 4, rows: 4, values: new Float32Array(16).fill(2) }, '', '', 1)
    expect(even.entropy).toBeCloseTo(Math.log(36), 6)
    const one = weightedSource({ columns: 4, rows: 2, values: Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0) }, '', '', 1)
    expect(one.entropy).toBeCloseTo(2 * Math.log(1.5), 6)
  })

  it('refuses a board without ink', () => {
    expect(() => weightedSource(blank(), '', '', 1)).toThrow(/nothing in the picture/)
  })

  it('is painted softly, within its bounds, and rubbed out', () => {
    const board = heart()
    expect(board.values.every((value) => value >= 0 && value <= 1)).toBe(true)
    expect(board.values.some((value) => value > 0.5)).toBe(true)
    for (let y = 0; y <= 1; y += 0.02) for (let x = 0; x <= 1; x += 0.02) paint(board, { x, y }, 2, -1)
    expect(board.values.every((value) => value === 0)).toBe(true)
  })
})

describe('a picture', () => {
  const picture = (...pixels: number[][]) => ({
    width: pixels.length,
    height: 1,
    data: Uint8ClampedArray.from(pixels.flat()),
  })

  it('is likely where it is dark, and where it is light on a dark ground', () => {
    const white = [255, 255, 255, 255]
    const black = [0, 0, 0, 255]
    expect([...weightsOfImage(picture(white, black, white) as never).values].map(Math.round)).toEqual([0, 1, 0])
    expect([...weightsOfImage(picture(black, white, black) as never).values].map(Math.round)).toEqual([0, 1, 0])
  })

  it('takes what is transparent for paper, and green for lighter than blue', () => {
    const [, ink] = weightsOfImage(picture([255, 255, 255, 255], [0, 0, 0, 0], [255, 255, 255, 255]) as never).values
    expect(ink).toBe(0)
    const [, green, blue] = weightsOfImage(
      picture([255, 255, 255, 255], [0, 255, 0, 255], [0, 0, 255, 255], [255, 255, 255, 255]) as never,
    ).values
    expect(green).toBeCloseTo(1 - 0.7152, 5)
    expect(blue).toBeCloseTo(1 - 0.0722, 5)
  })
})
