import { Rng } from '@ebbflow/core'
import { describe, expect, it } from 'vitest'
import { downsampled, smoothed } from './loss.js'

describe('smoothing', () => {
  it('weighs values by halves, without the pull of the start', () => {
    const [a, b, c] = smoothed([2, 2, 4], { halfLife: 1 })
    expect([a, b]).toEqual([2, 2])
    expect(c).toBeCloseTo((4 + 2 / 2 + 2 / 4) / (1 + 1 / 2 + 1 / 4), 12)
    for (const v of smoothed(Array<number>(50).fill(3.5), { halfLife: 7 })) expect(v).toBeCloseTo(3.5, 12)
  })

  it('goes past what is not finite', () => {
    const out = smoothed([Number.NaN, 1, Infinity, 3], { halfLife: 1 })
    expect(out[0]).toBeNaN()
    expect(out[2]).toBe(1)
    expect(out[3]).toBeCloseTo((3 + 1 / 4) / (1 + 1 / 4), 12)
    expect(() => smoothed([1], { halfLife: 0 })).toThrow('half-life')
  })
})

describe('downsampling', () => {
  const n = 50_000
  const y = Float64Array.from(Rng.seed(3).values('normal', n))
  y[12_345] = 99
  y[40_001] = -77
  const x = Float64Array.from({ length: n }, (_, i) => 2 * i)

  it('keeps the ends, every extreme, the order, and not too many', () => {
    const few = downsampled({ x, y }, { points: 500 })
    expect(few.x.length).toBeLessThanOrEqual(500)
    expect(few.x.length).toBeGreaterThan(400)
    expect([few.x[0], few.x.at(-1)]).toEqual([0, 2 * (n - 1)])
    expect(few.y).toContain(99)
    expect(few.y).toContain(-77)
    expect(Math.min(...few.y)).toBe(-77)
    for (let i = 1; i < few.x.length; i++) expect(few.x[i]).toBeGreaterThan(few.x[i - 1]!)
    // every point is one of the series
    few.x.forEach((at, i) => {
      expect(few.y[i]).toBe(y[at / 2])
    })
  })

  it('leaves a short series alone, and keeps a gap', () => {
    expect([...downsampled({ x: [0, 1, 2], y: [5, 4, 3] }).y]).toEqual([5, 4, 3])
    const holed = y.slice()
    holed[777] = Number.NaN
    const few = downsampled({ x, y: holed }, { points: 100 })
    expect([...few.y].some(Number.isNaN)).toBe(true)
    expect(few.y).toContain(99)
    expect(() => downsampled({ x: [1], y: [] })).toThrow('one y for each x')
  })
})
