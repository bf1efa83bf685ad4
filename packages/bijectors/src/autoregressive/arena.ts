import { accumulator } from './simd.js'

/** How many rows go through the network side by side. */
export const LANES = 32

/** Numbers in one array, and the one operation that the sweeps are made of. */
export interface Arena {
  readonly values: Float32Array | Float64Array
  /** values[out + r] += Σⱼ values[weights + j] · values[inputs + 32 j + r], j < count, r < 32. */
  accumulate(weights: number, inputs: number, count: number, out: number): void
}

/** An arena in double precision, or in single precision by WASM SIMD where that is to be had. */
export function arenaOf(size: number, double: boolean): Arena {
  return (double ? undefined : singleArena(size)) ?? doubleArena(size)
}

function singleArena(size: number): Arena | undefined {
  const made = accumulator(4 * size)
  if (!made) return undefined
  const { memory, accumulate } = made
  return {
    values: new Float32Array(memory.buffer, 0, size),
    accumulate: (weights, inputs, count, out) => accumulate(4 * weights, 4 * inputs, count, 4 * out),
  }
}

function doubleArena(size: number): Arena {
  const v = new Float64Array(size)
  return {
    values: v,
    accumulate(weights, inputs, count, out) {
      let j = 0
      let at = inputs
      for (; j + 4 <= count; j += 4, at += 4 * LANES) {
        const w0 = v[weights + j]!
        const w1 = v[weights + j + 1]!
        const w2 = v[weights + j + 2]!
        const w3 = v[weights + j + 3]!
        for (let r = 0; r < LANES; r++) {
          const i = at + r
          v[out + r] = v[out + r]! + w0 * v[i]! + w1 * v[i + LANES]! + w2 * v[i + 2 * LANES]! + w3 * v[i + 3 * LANES]!
        }
      }
      for (; j < count; j++, at += LANES) {
        const w = v[weights + j]!
        for (let r = 0; r < LANES; r++) v[out + r] = v[out + r]! + w * v[at + r]!
      }
    },
  }
}
