import { check, type Distribution, Rng } from '@ebbflow/core'
import { Independent, Mixture, Normal } from '@ebbflow/distributions'

/** Options of {@link normalMixture}. */
export interface NormalMixtureOptions {
  /** D, the number of values of a data point. */
  dimensions: number
  /** K, the number of components. */
  components: number
  /** Standard deviation of the means that training starts from. Default 1. */
  spread?: number
  /** Seed of those means. Default 0. */
  seed?: number
}

/**
 * A normal base with a mean and a scale for each value that are trained with the flow; it starts as N(0, I).
 *
 * @example
 * ```ts
 * const flow = realNVP({ dimensions: 2, base: learnableNormal(2) }).init({ seed: 1 })
 * ```
 */
export const learnableNormal = (dimensions: number): Distribution =>
  new Independent(new Normal({ loc: Array(dimensions).fill(0), scale: Array(dimensions).fill(1), learnable: true }))

/**
 * A base of K diagonal normals whose weights, means and scales are trained with the flow, for data of several modes, which a flow of one
 * mode can but join by filaments. It starts with equal weights, unit scales and random means. Its samples carry no gradient, so it is for
 * training on data.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers.
 * @example
 * ```ts
 * const flow = realNVP({ dimensions: 2, base: normalMixture({ dimensions: 2, components: 8 }) }).init({ seed: 1 })
 * ```
 */
export function normalMixture({ dimensions, components, spread = 1, seed = 0 }: NormalMixtureOptions): Distribution {
  for (const [name, n] of Object.entries({ dimensions, components }))
    check(Number.isInteger(n) && n >= 1, `${name} must be a positive whole number`, { received: `${n}` })
  const draws = Rng.seed(seed)
    .split('means')
    .values('normal', components * dimensions)
  const rows = Array.from({ length: components }, (_, k) => k * dimensions)
  const loc = rows.map((at) => Array.from(draws.subarray(at, at + dimensions), (z) => z * spread))
  const scale = rows.map((): number[] => Array(dimensions).fill(1))
  return new Mixture({
    components: new Independent(new Normal({ loc, scale, learnable: true }), { rank: 1 }),
    weights: Array(components).fill(1 / components),
    learnable: true,
  })
}
