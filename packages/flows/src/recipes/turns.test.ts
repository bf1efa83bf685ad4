import { describe, expect, it } from 'vitest'
import { turns } from './turns.js'

/** The values that pass through each layer. */
function passing(dimensions: number, layers: number): number[][] {
  const split = Math.floor(dimensions / 2)
  let places = Array.from({ length: dimensions }, (_, i) => i)
  return [undefined, ...turns(dimensions, layers)].map((permutation) => {
    if (permutation) places = permutation.order.map((from) => places[from]!)
    return places.slice(0, split)
  })
}

describe('turns', () => {
  it.each([2, 3, 4, 5, 8, 21])('let each of %i values pass through as often as any other, give or take one', (d) => {
    for (const layers of [3, 8, 13]) {
      const all = passing(d, layers)
      const times = Array.from({ length: d }, (_, value) => all.filter((layer) => layer.includes(value)).length)
      expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1)
    }
  })

  it('change in a layer what passed through the one before, where there is room', () => {
    for (const d of [2, 3]) {
      const all = passing(d, 12)
      for (const [i, layer] of all.slice(1).entries()) for (const value of layer) expect(all[i]).not.toContain(value)
    }
  })

  it('pair values anew', () => {
    const pairs = new Set(passing(4, 12).map((layer) => [...layer].sort().join()))
    expect(pairs.size).toBeGreaterThan(2)
  })

  it('are the same every time', () => {
    expect(turns(7, 5).map((p) => p.order)).toEqual(turns(7, 5).map((p) => p.order))
  })
})
