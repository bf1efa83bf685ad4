/**
 * A polyline without the points that lie within `tolerance` of the line between those that are kept (Ramer 1972; Douglas and Peucker 1973).
 * Points that are not finite are kept, with their neighbours.
 */
export function simplified(line: ArrayLike<number>, tolerance: number): ArrayLike<number> {
  const n = line.length >> 1
  if (n < 3) return line
  const keep = new Uint8Array(n)
  const finite = (i: number): boolean => Number.isFinite(line[2 * i]!) && Number.isFinite(line[2 * i + 1]!)
  let start = 0
  while (start < n) {
    let end = start
    while (end + 1 < n && finite(start) && finite(end + 1)) end++
    keep[start] = keep[end] = 1
    split(line, start, end, tolerance, keep)
    start = end + 1
  }
  const out: number[] = []
  for (let i = 0; i < n; i++) if (keep[i]) out.push(line[2 * i]!, line[2 * i + 1]!)
  return out
}

function split(line: ArrayLike<number>, from: number, to: number, tolerance: number, keep: Uint8Array): void {
  const stack = [[from, to] as const]
  for (let part = stack.pop(); part; part = stack.pop()) {
    const [a, b] = part
    const [ax, ay] = [line[2 * a]!, line[2 * a + 1]!]
    const [dx, dy] = [line[2 * b]! - ax, line[2 * b + 1]! - ay]
    const square = dx * dx + dy * dy
    let [farthest, most] = [-1, tolerance * tolerance]
    for (let i = a + 1; i < b; i++) {
      const [px, py] = [line[2 * i]! - ax, line[2 * i + 1]! - ay]
      const t = square > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / square)) : 0
      const off = (px - t * dx) ** 2 + (py - t * dy) ** 2
      if (off > most) [farthest, most] = [i, off]
    }
    if (farthest < 0) continue
    keep[farthest] = 1
    stack.push([a, farthest], [farthest, b])
  }
}
