import type { FieldMark } from './scene.js'

/** A field's palette indices at width × height pixels, the upper row first, linear between the centres of its cells. */
export function indices({ columns, rows, values }: FieldMark, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height)
  const across = places(columns, width)
  const down = places(rows, height)
  for (let r = 0, k = 0; r < height; r++) {
    const upper = down.at[r]! * columns
    const lower = down.next[r]! * columns
    const v = down.part[r]!
    for (let c = 0; c < width; c++) {
      const [a, b, u] = [across.at[c]!, across.next[c]!, across.part[c]!]
      const top = values[upper + a]! + u * (values[upper + b]! - values[upper + a]!)
      const bottom = values[lower + a]! + u * (values[lower + b]! - values[lower + a]!)
      // NaN becomes 0, as typed arrays have it
      out[k++] = Math.min(255, Math.max(0, 255 * (top + v * (bottom - top)) + 0.5))
    }
  }
  return out
}

/** For each pixel the cells on both sides of its centre, and how far it is from the first to the second. */
function places(cells: number, pixels: number) {
  const at = new Int32Array(pixels)
  const next = new Int32Array(pixels)
  const part = new Float64Array(pixels)
  for (let i = 0; i < pixels; i++) {
    const place = Math.min(cells - 1, Math.max(0, ((i + 0.5) * cells) / pixels - 0.5))
    at[i] = Math.floor(place)
    next[i] = Math.min(cells - 1, at[i]! + 1)
    part[i] = place - at[i]!
  }
  return { at, next, part }
}
