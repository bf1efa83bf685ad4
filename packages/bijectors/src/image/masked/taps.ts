/**
 * The order in which an autoregressive convolution sees values, pixels row by row and channels within a pixel: a value depends on those
 * `before` it in that order, or on those `after` it, and on itself.
 */
export type Sees = 'before' | 'after'

/** Whether entry (u, v, i, o) of a kernel of that size sees another value than the one it gives, in the order. */
export function isSeen(size: number, u: number, v: number, i: number, o: number, sees: Sees): boolean {
  const half = (size - 1) / 2
  const place = u * size + v - (half * size + half)
  const ahead = place === 0 ? i - o : place
  return sees === 'before' ? ahead < 0 : ahead > 0
}

/** 1 at the entries of a `[size, size, c, c]` kernel that are seen, 0 elsewhere, the diagonal of the centre too. */
export function maskOf(size: number, channels: number, sees: Sees): Float64Array {
  const mask = new Float64Array(size * size * channels * channels)
  let at = 0
  for (let u = 0; u < size; u++)
    for (let v = 0; v < size; v++)
      for (let i = 0; i < channels; i++)
        for (let o = 0; o < channels; o++) mask[at++] = isSeen(size, u, v, i, o, sees) ? 1 : 0
  return mask
}
