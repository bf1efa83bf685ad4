import { EbbflowError } from './errors.js'

/** Sizes of the axes of a tensor or of one event. */
export type Shape = readonly number[]

/** The number of elements in a tensor of shape `shape`. */
export function sizeOf(shape: Shape): number {
  let size = 1
  for (let i = 0; i < shape.length; i++) size *= shape[i]!
  return size
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** `[2, 3]` as people read it. */
export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`

/** Splits `[...batch, ...event]` before its last `rank` axes; throws a `shape` error when there are fewer. */
export function splitShape(shape: Shape, rank: number): { batch: number[]; event: number[] } {
  if (shape.length < rank)
    throw new EbbflowError('shape', 'too few dimensions', {
      expected: `at least ${rank}`,
      received: showShape(shape),
    })
  const at = shape.length - rank
  return { batch: shape.slice(0, at), event: shape.slice(at) }
}

/** The shape that two shapes broadcast to; throws a `shape` error where they do not. */
export function broadcastShapes(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const m = a[a.length - rank + i] ?? 1
    const n = b[b.length - rank + i] ?? 1
    if (m !== n && m !== 1 && n !== 1)
      throw new EbbflowError('shape', 'shapes do not broadcast', { received: `${showShape(a)} and ${showShape(b)}` })
    return m === 1 ? n : m
  })
}

/** Throws a `shape` error unless `actual` is `expected`. */
export function expectShape(actual: Shape, expected: Shape, what: string): void {
  if (!sameShape(actual, expected))
    throw new EbbflowError('shape', `wrong ${what}`, { expected: showShape(expected), received: showShape(actual) })
}
