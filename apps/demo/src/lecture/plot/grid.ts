import type { Point } from '../maths/linear.js'

/** The lines of a grid over a rectangle, n cells a side, each line so finely divided that it bends smoothly. */
export function gridLines(x: Point, y: Point, n: number, points = 48): Point[][] {
  const at = ([from, to]: Point, share: number): number => from + share * (to - from)
  const lines: Point[][] = []
  for (let i = 0; i <= n; i++) {
    const share = i / n
    lines.push(Array.from({ length: points + 1 }, (_, k): Point => [at(x, share), at(y, k / points)]))
    lines.push(Array.from({ length: points + 1 }, (_, k): Point => [at(x, k / points), at(y, share)]))
  }
  return lines
}

/** Lines after a map. */
export const warped = (lines: readonly (readonly Point[])[], f: (x: Point) => Point): Point[][] =>
  lines.map((line) => line.map(f))

/** All points of lines as flat rows, for maps that take many at once. */
export const flatten = (lines: readonly (readonly Point[])[]): Float64Array => Float64Array.from(lines.flat(2))

/** The rows put back as lines of the same lengths. */
export function unflatten(rows: ArrayLike<number>, lines: readonly (readonly Point[])[]): Point[][] {
  let at = 0
  return lines.map((line) =>
    line.map((): Point => {
      at += 2
      return [rows[at - 2]!, rows[at - 1]!]
    }),
  )
}
