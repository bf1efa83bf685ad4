import { tensor } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { type Quadrature, quadratureOver, squared } from '../quadrature.js'
import { columnOf, zScore } from '../statistics.js'
import { expectAgreement, tolerance } from '../tolerance.js'
import type { Checks } from './checks.js'
import { DRAWS, exactly, type Subject, tidied } from './subject.js'

/** A rule over the events of the distribution. */
function ruleFor(subject: Subject, count?: number): Quadrature {
  const { centre, scale } = subject.place
  const { support } = subject.distribution
  if (subject.eventSize === 1) return quadratureOver(support, centre, scale, count ?? 3001)
  return squared(quadratureOver(support, centre, scale, count ?? 161))
}

/** p at the points of a rule, `[points, batch]`, in double precision. */
function densityAt(subject: Subject, { points, weights }: Quadrature): Float64Array {
  const { distribution } = subject
  return exactly(() => {
    const ones = distribution.batchShape.map(() => 1)
    const x = tensor(points, [weights.length, ...ones, ...distribution.eventShape])
    return Float64Array.from(distribution.logProb(x).dataSync(), Math.exp)
  })
}

/** Σ wᵢ p(xᵢ) g(xᵢ) for each distribution of the batch. */
function integrals(rule: Quadrature, density: Float64Array, members: number, g: (i: number) => number) {
  return Array.from({ length: members }, (_, m) =>
    rule.weights.reduce((sum, w, i) => {
      const p = density[i * members + m]!
      return p === 0 ? sum : sum + w * p * g(i)
    }, 0),
  )
}

/** Mass, moments and entropy by quadrature, and draws that agree with the density. */
export function densityChecks(subject: Subject): Checks {
  const checks: Checks = {}
  const { integral, moments, kappa } = subject.options

  checks['has densities that integrate to 1'] = () => {
    const rule = ruleFor(subject)
    const mass = integrals(rule, densityAt(subject, rule), subject.batchSize, () => 1)
    for (const m of mass) expect(Math.abs(m - 1)).toBeLessThan(integral)
  }

  checks['has the mean, variance and entropy of its density'] = () => {
    const { batchSize, eventSize } = subject
    const rule = ruleFor(subject)
    const density = densityAt(subject, rule)
    const read = (what: 'mean' | 'variance' | 'entropy') => exactly(() => subject.closed((d) => d[what]())?.dataSync())
    const mean = read('mean')
    const variance = read('variance')
    for (let e = 0; e < eventSize; e++) {
      const x = (i: number): number => rule.points[i * eventSize + e]!
      const first = integrals(rule, density, batchSize, x)
      if (mean && moments) expectNear(columnOf(mean, e, eventSize), first, 10 * integral, kappa, 'mean')
      if (variance && moments)
        for (let m = 0; m < batchSize; m++) {
          const second = integrals(rule, density, batchSize, (i) => (x(i) - first[m]!) ** 2)[m]!
          expectNear([variance[m * eventSize + e]!], [second], 10 * integral, kappa, 'variance')
        }
    }
    const entropy = read('entropy')
    if (!entropy) return
    for (let m = 0; m < batchSize; m++) {
      const numeric = integrals(rule, density, batchSize, (i) => -Math.log(density[i * batchSize + m]!))[m]!
      expectNear([entropy[m]!], [numeric], 10 * integral, kappa, 'entropy')
    }
  }

  checks['draws samples that agree with its density'] = () => {
    const { batchSize, eventSize } = subject
    const { centre, scale } = subject.place
    const rule = ruleFor(subject)
    const density = densityAt(subject, rule)
    for (let m = 0; m < batchSize; m++) {
      const draws = subject.drawsOf(m)
      // bounded functions: their means are estimated well whatever the tails
      const squash = (value: number): number => Math.tanh((value - centre) / (2 * scale))
      const features = [
        (x: ArrayLike<number>, at: number) => squash(x[at]!),
        (x: ArrayLike<number>, at: number) => squash(x[at + eventSize - 1]!),
        (x: ArrayLike<number>, at: number) => squash(x[at]!) * squash(x[at + eventSize - 1]!),
        (x: ArrayLike<number>, at: number) => Math.cos((2 * (x[at]! - x[at + eventSize - 1]! + x[at]!)) / scale),
      ]
      for (const [f, feature] of features.entries()) {
        const expected = integrals(rule, density, batchSize, (i) => feature(rule.points, i * eventSize))[m]!
        const seen = Float64Array.from({ length: DRAWS }, (_, i) => feature(draws, i * eventSize))
        expect(Math.abs(zScore(seen, expected)), `feature ${f} of distribution ${m}`).toBeLessThan(4)
      }
    }
  }

  if (moments)
    checks['draws samples with its mean and variance'] = () => {
      const { batchSize, eventSize } = subject
      const mean = exactly(() => subject.closed((d) => d.mean())?.dataSync())
      const variance = exactly(() => subject.closed((d) => d.variance())?.dataSync())
      for (let k = 0; k < batchSize * eventSize; k++) {
        const values = columnOf(subject.drawsOf(Math.floor(k / eventSize)), k % eventSize, eventSize)
        if (mean) expect(Math.abs(zScore(values, mean[k]!, variance?.[k])), 'mean').toBeLessThan(4)
        if (mean && variance)
          expect(
            Math.abs(
              zScore(
                values.map((v) => (v - mean[k]!) ** 2),
                variance[k]!,
              ),
            ),
            'variance',
          ).toBeLessThan(4)
      }
    }

  checks['gives the same numbers as double precision'] = () =>
    tidied(() => {
      const { distribution, eventSize: dimensions } = subject
      const x = subject.some(64)
      const both = (what: string, f: (x: tf.Tensor) => tf.Tensor, input: Float64Array, shape: readonly number[]) => {
        const here = subject.closed(() => f(tensor(input, shape)))?.dataSync()
        if (!here) return
        const there = exactly(() => f(tensor(input, shape)).dataSync())
        expectAgreement(here, there, { kappa, dimensions, what })
      }
      const draws = Float64Array.from(x.dataSync())
      both('log-density', (v) => distribution.logProb(v), draws, x.shape)
      if (subject.has('cdf')) both('cdf', (v) => distribution.cdf(v), draws, x.shape)
      const levels = Float64Array.from({ length: 16 }, (_, i) => (i + 0.5) / 16)
      const column = [16, ...distribution.batchShape.map(() => 1)]
      if (subject.has('quantile')) both('quantile', (u) => distribution.quantile(u), levels, column)
      for (const what of ['mean', 'variance', 'entropy'] as const)
        if (subject.has(what)) both(what, () => distribution[what](), draws, x.shape)
    })

  checks['is NaN only where it is given NaN, and takes no value for another'] = () =>
    tidied(() => {
      const x = tensor(new Float64Array(subject.eventSize * subject.batchSize).fill(Number.NaN), subject.shape())
      for (const value of subject.distribution.logProb(x).dataSync())
        expect(Number.isNaN(value) || (subject.discrete && value === -Infinity)).toBe(true)
      for (const value of subject.distribution.logProb(subject.some(64)).dataSync())
        expect(Number.isFinite(value), 'the log-density of a draw').toBe(true)
    })

  return checks
}

function expectNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  allowed: number,
  kappa: number,
  what: string,
): void {
  for (let i = 0; i < expected.length; i++) {
    const bound = allowed * (1 + Math.abs(expected[i]!)) + tolerance(kappa, 1, expected[i]!)
    expect(Math.abs(actual[i]! - expected[i]!), `${what} ${i}: ${actual[i]} against ${expected[i]}`).toBeLessThan(bound)
  }
}
