import { currentBackend, FLOAT64 } from '@ebbflow/core'

/** Units in the last place of the current backend's arithmetic: 2⁻⁵² or 2⁻²³. */
export const epsilon = (): number => (currentBackend() === FLOAT64 ? 2 ** -52 : 2 ** -23)

/** Rounding errors allowed for each term of a sum, in units in the last place. */
const UNITS = 64

/**
 * The largest error allowed on the current backend: c · eps · κ · (D + |terms|), for D values an event, conditioning κ and terms of that
 * magnitude.
 */
export const tolerance = (kappa: number, dimensions: number, terms: number): number =>
  UNITS * epsilon() * kappa * (dimensions + Math.abs(terms))

/** Throws, naming the worst place, unless two lists agree within {@link tolerance}. */
export function expectAgreement(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { kappa = 1, dimensions = 1, what }: { kappa?: number; dimensions?: number; what: string },
): void {
  if (actual.length !== expected.length)
    throw new Error(`${what}: ${actual.length} values where ${expected.length} are expected`)
  for (let i = 0; i < actual.length; i++) {
    const a = actual[i]!
    const e = expected[i]!
    if (Object.is(a, e) || a === e) continue
    const allowed = tolerance(kappa, dimensions, e)
    if (!(Math.abs(a - e) <= allowed))
      throw new Error(`${what}: at ${i} got ${a}, expected ${e}: off by ${Math.abs(a - e)}, allowed ${allowed}`)
  }
}
