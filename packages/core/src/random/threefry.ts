/**
 * Threefry-2×32 with 20 rounds, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3" (2011): writes the two words for `(key, counter)` to `out`.
 */
export function threefry(k0: number, k1: number, c0: number, c1: number, out: Uint32Array | number[]): void {
  const k2 = 0x1bd11bda ^ k0 ^ k1
  let x = (c0 + k0) | 0
  let y = (c1 + k1) | 0
  x = (x + y) | 0
  y = ((y << 13) | (y >>> 19)) ^ x
  x = (x + y) | 0
  y = ((y << 15) | (y >>> 17)) ^ x
  x = (x + y) | 0
  y = ((y << 26) | (y >>> 6)) ^ x
  x = (x + y) | 0
  y = ((y << 6) | (y >>> 26)) ^ x
  x = (x + k1) | 0
  y = (y + k2 + 1) | 0
  x = (x + y) | 0
  y = ((y << 17) | (y >>> 15)) ^ x
  x = (x + y) | 0
  y = ((y << 29) | (y >>> 3)) ^ x
  x = (x + y) | 0
  y = ((y << 16) | (y >>> 16)) ^ x
  x = (x + y) | 0
  y = ((y << 24) | (y >>> 8)) ^ x
  x = (x + k2) | 0
  y = (y + k0 + 2) | 0
  x = (x + y) | 0
  y = ((y << 13) | (y >>> 19)) ^ x
  x = (x + y) | 0
  y = ((y << 15) | (y >>> 17)) ^ x
  x = (x + y) | 0
  y = ((y << 26) | (y >>> 6)) ^ x
  x = (x + y) | 0
  y = ((y << 6) | (y >>> 26)) ^ x
  x = (x + k0) | 0
  y = (y + k1 + 3) | 0
  x = (x + y) | 0
  y = ((y << 17) | (y >>> 15)) ^ x
  x = (x + y) | 0
  y = ((y << 29) | (y >>> 3)) ^ x
  x = (x + y) | 0
  y = ((y << 16) | (y >>> 16)) ^ x
  x = (x + y) | 0
  y = ((y << 24) | (y >>> 8)) ^ x
  x = (x + k1) | 0
  y = (y + k2 + 4) | 0
  x = (x + y) | 0
  y = ((y << 13) | (y >>> 19)) ^ x
  x = (x + y) | 0
  y = ((y << 15) | (y >>> 17)) ^ x
  x = (x + y) | 0
  y = ((y << 26) | (y >>> 6)) ^ x
  x = (x + y) | 0
  y = ((y << 6) | (y >>> 26)) ^ x
  out[0] = (x + k2) >>> 0
  out[1] = (y + k0 + 5) >>> 0
}

/** Two 32-bit words, as a key or a stream. */
export type Words = readonly [number, number]

const scratch = [0, 0]

/** Derives a new pair of words from a pair and a label: the label's characters are folded in, eight bytes a time. */
export function fold(words: Words, label: string | number): Words {
  let [a, b] = words
  const text = `${label}`
  for (let i = 0; i <= text.length; i += 4) {
    const lo = (text.charCodeAt(i) || 0) | ((text.charCodeAt(i + 1) || 0) << 16)
    const hi = (text.charCodeAt(i + 2) || 0) | ((text.charCodeAt(i + 3) || 0) << 16)
    threefry(a, b, lo, hi ^ (text.length + i * 0x9e3779b1), scratch)
    a = scratch[0]!
    b = scratch[1]!
  }
  return [a, b]
}
