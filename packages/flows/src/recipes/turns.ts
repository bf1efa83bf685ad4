import { Permutation, passThrough } from '@ebbflow/bijectors'
import { Rng } from '@ebbflow/core'

/**
 * The permutations between coupling layers: each layer passes through the values that have most seldom passed through before, by lot among
 * equals (a single value never twice in a row), so that every value is changed, and looked at, in its turn. The same every time.
 */
export function turns(dimensions: number, layers: number): Permutation[] {
  const split = passThrough(dimensions)
  const times = new Int32Array(dimensions)
  const rng = Rng.seed('turns')
  // which value stands at each place
  let places = Array.from({ length: dimensions }, (_, i) => i)
  return Array.from({ length: layers - 1 }, () => {
    const before = new Set(places.slice(0, split))
    for (const value of before) times[value]! += 1
    const lot = rng.permutation(dimensions)
    const again = (value: number): number => (split === 1 && before.has(value) ? 1 : 0)
    const rank = (value: number): number[] => [times[value]!, again(value), lot[value]!]
    const order = places.map((_, place) => place)
    order.sort((a, b) => compare(rank(places[a]!), rank(places[b]!)))
    places = order.map((place) => places[place]!)
    return new Permutation(order)
  })
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((x, k) => x !== b[k])
  return i < 0 ? 0 : a[i]! - b[i]!
}
