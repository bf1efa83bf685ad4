import type { Place, Regions } from '../regions.js'

/** Floats to be squared and summed: whole vectors of four, and some left over. */
export interface Squares {
  readonly at: number
  readonly vectors: number
  readonly left: number
}

/** Vectors to be updated. */
export interface Stretch {
  readonly at: number
  readonly vectors: number
  readonly decaying: boolean
}

/** Where part `i` of `count` begins among vectors. */
const begin = (vectors: number, i: number, count: number): number => Math.floor((vectors * i) / count)

/** A share of the vectors [start, start + vectors) that lies in part `i` of all `total`. */
function shareOf(start: number, vectors: number, total: number, i: number, count: number): [number, number] {
  const from = Math.max(start, begin(total, i, count))
  const to = Math.min(start + vectors, begin(total, i + 1, count))
  return [from, Math.max(0, to - from)]
}

/** What each of `count` threads squares of the gradients; what lies between them is no gradient, and may be anything. */
export function squaresOf({ places, bytes }: Regions, count: number): Squares[][] {
  const total = bytes / 16
  const part = ({ at, length }: Place, i: number): Squares[] => {
    const start = at / 16
    const [from, vectors] = shareOf(start, length >> 2, total, i, count)
    const end = start + (length >> 2)
    // the rest goes to whom its place belongs
    const left = end >= begin(total, i, count) && end < begin(total, i + 1, count) ? length & 3 : 0
    if (vectors === 0 && left === 0) return []
    return [{ at: bytes + 16 * (vectors === 0 ? end : from), vectors, left }]
  }
  return Array.from({ length: count }, (_, i) => places.flatMap((place) => part(place, i)))
}

/** What each of `count` threads updates of the parameters. */
export function updatesOf(regions: Regions, decays: (path: string) => boolean, count: number): Stretch[][] {
  const total = regions.bytes / 16
  const runs = regions.runs(decays)
  return Array.from({ length: count }, (_, i) =>
    runs.flatMap(({ at, vectors, decaying }) => {
      const [from, own] = shareOf(at / 16, vectors, total, i, count)
      return own === 0 ? [] : [{ at: 16 * from, vectors: own, decaying }]
    }),
  )
}

/** Sums to be put together: where they go, and where the first of them lies. */
export interface Combination {
  readonly to: number
  readonly from: number
  readonly vectors: number
}

/** What each of `count` threads puts together, of all that there is. */
export function shared(all: readonly Combination[], count: number): Combination[][] {
  const total = all.reduce((sum, { vectors }) => sum + vectors, 0)
  return Array.from({ length: count }, (_, i) => {
    let start = 0
    return all.flatMap(({ to, from, vectors }) => {
      const [first, own] = shareOf(start, vectors, total, i, count)
      const skip = 16 * (first - start)
      start += vectors
      return own === 0 ? [] : [{ to: to + skip, from: from + skip, vectors: own }]
    })
  })
}
