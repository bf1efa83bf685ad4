/** Standard normals of a seed, the same in every contender that is written in JavaScript (mulberry32, Box–Muller). */
export function normals(seed: number, count: number): Float32Array {
  let state = seed >>> 0
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  )
}

/** The seed of the data, which no parameter has. */
export const DATA_SEED = 1_000_003

/** Widths of the conditioners of RealNVP-2. */
export const WIDTHS = [1, 64, 64, 2] as const

/** A weight or bias of RealNVP-2 by the number of its coupling, its layer, and which of the two it is; away from zero, as after training. */
export function realNVPParameter(coupling: number, layer: number, part: 'kernel' | 'bias'): Float32Array {
  const size = WIDTHS[layer + 1]! * (part === 'kernel' ? WIDTHS[layer]! : 1)
  return normals(100 * coupling + 10 * layer + (part === 'kernel' ? 0 : 1), size).map((value) => 0.1 * value)
}

/** Mean of the squares, to compare results by. */
export const meanSquare = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length

export const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
