import { afterAll, beforeAll, describe, it } from 'vitest'
import { calculusChecks } from './distribution/calculus.js'
import type { Checks } from './distribution/checks.js'
import { densityChecks } from './distribution/density.js'
import { type DistributionContractOptions, Subject } from './distribution/subject.js'
import { upkeepChecks } from './distribution/upkeep.js'

export type { DistributionContractOptions } from './distribution/subject.js'

/**
 * The contract of every distribution as a test suite: shapes and broadcasting, a density that integrates to 1 and has the stated
 * moments, draws that agree with it (Kolmogorov–Smirnov and z-scores at fixed seeds), cdf and quantile as each other's inverse and the
 * density as the cdf's derivative, −∞ outside the support with finite gradients on, at and beyond its edges, right gradients for each
 * parameter, for inputs and for reparameterised draws, the same numbers on each backend, the same bits for a seed, saving, cloning, no
 * tensor left behind. Call it within a vitest file; the current backend is the one that is tested, and `float64` must be loaded.
 *
 * @example
 * ```ts
 * distributionContract('Normal', { make: () => new Normal({ loc: [0, 1], scale: [1, 2], learnable: true }) })
 * ```
 */
export function distributionContract(name: string, options: DistributionContractOptions): void {
  const subject = new Subject(options)
  describe(`${name} keeps the distribution contract`, () => {
    beforeAll(() => subject.start())
    afterAll(() => subject.stop())
    for (const [says, check] of Object.entries(checksOf(subject, options))) it(says, check)
  })
}

/** Every check of the contract. */
export const checksOf = (subject: Subject, { registry }: DistributionContractOptions): Checks => ({
  ...upkeepChecks(subject, registry),
  ...densityChecks(subject),
  ...calculusChecks(subject),
})
