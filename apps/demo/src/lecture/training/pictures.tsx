import type { ToyName } from '@ebbflow/flows'
import { toySource } from '../../data/toys.js'
import type { Point } from '../maths/linear.js'

/** Half the side of the square that a toy is shown in. */
export const HALF: Readonly<Record<ToyName, number>> = {
  twoMoons: 2.2,
  eightGaussians: 4.5,
  checkerboard: 4.6,
  spirals: 4,
  rings: 4.8,
  pinwheel: 4,
}

/** The first rows of a toy as points. */
export function pointsOf(toy: ToyName, count: number): Point[] {
  const { columns } = toySource(toy, 1)
  return Array.from({ length: count }, (_, i): Point => [columns[0]![i]!, columns[1]![i]!])
}

/** A grid of densities, from the worker's lowest row first to a picture's top row first. */
export function topFirst(logDensities: ArrayLike<number>, size: number): Float32Array {
  const out = new Float32Array(size * size)
  for (let r = 0; r < size; r++)
    for (let c = 0; c < size; c++) out[(size - 1 - r) * size + c] = Math.exp(logDensities[r * size + c]!)
  return out
}
