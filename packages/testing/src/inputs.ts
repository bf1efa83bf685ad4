import { Rng, type Shape, sizeOf, tensor } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'

/** An interval that values are drawn from; infinite ends give normal, exponential-like draws. */
export interface Domain {
  readonly lower: number
  readonly upper: number
}

/** The real line. */
export const REALS: Domain = { lower: -Infinity, upper: Infinity }

/** Random values of a domain, well inside it, as plain numbers: the same for every backend. */
export function drawIn(domain: Domain, seed: string, count: number, spread = 1): number[] {
  const { lower, upper } = domain
  const rng = Rng.seed(seed)
  const z = rng.values('normal', count)
  return Array.from(z, (value) => {
    if (Number.isFinite(lower) && Number.isFinite(upper)) {
      const u = 1 / (1 + Math.exp(-value))
      return Math.fround(lower + (upper - lower) * (0.02 + 0.96 * u))
    }
    if (Number.isFinite(lower)) return Math.fround(lower + Math.exp(0.7 * value) * spread)
    if (Number.isFinite(upper)) return Math.fround(upper - Math.exp(0.7 * value) * spread)
    return Math.fround(value * spread)
  })
}

/** Random values of a domain as a tensor on the current backend. */
export const drawTensor = (domain: Domain, seed: string, shape: Shape, spread = 1): tf.Tensor =>
  tensor(Float64Array.from(drawIn(domain, seed, sizeOf(shape), spread)), shape)
