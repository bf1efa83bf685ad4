import { currentBackend, type Distribution, FLOAT64, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import fixtures from '../../../fixtures/distributions.json'
import {
  Bernoulli,
  Beta,
  Categorical,
  Cauchy,
  Exponential,
  Gamma,
  Gumbel,
  Laplace,
  Logistic,
  LogNormal,
  Mixture,
  MultivariateNormal,
  Normal,
  StudentT,
  Tabulated,
  Uniform,
  VonMises,
} from './index.js'

type Numbers = number | (number | number[])[]
/** Numbers or arrays of them, which parameters take alike. */
type Given = Record<
  | 'loc'
  | 'scale'
  | 'low'
  | 'high'
  | 'rate'
  | 'concentration'
  | 'alpha'
  | 'beta'
  | 'df'
  | 'weights'
  | 'counts'
  | 'edges'
  | 'probs',
  number[]
> & { scaleTril: number[][] }
interface Case {
  kind: string
  parameters: Given
  x: Numbers
  logProb: number[]
  cdf?: number[]
  u?: number[]
  quantile?: number[]
  mean: number | number[] | null
  variance: number | number[] | null
  entropy: number | null
}

const { cases } = fixtures as unknown as { cases: Case[] }

const makers: Record<string, (p: Given) => Distribution> = {
  normal: (p) => new Normal(p),
  logistic: (p) => new Logistic(p),
  laplace: (p) => new Laplace(p),
  cauchy: (p) => new Cauchy(p),
  gumbel: (p) => new Gumbel(p),
  'log-normal': (p) => new LogNormal(p),
  uniform: (p) => new Uniform(p),
  exponential: (p) => new Exponential(p),
  gamma: (p) => new Gamma(p),
  beta: (p) => new Beta(p),
  'student-t': (p) => new StudentT(p),
  'von-mises': (p) => new VonMises(p),
  mixture: ({ weights, loc, scale }) => new Mixture({ weights, components: new Normal({ loc, scale }) }),
  tabulated: ({ counts, edges }) => Tabulated.fromHistogram({ counts, edges }),
  bernoulli: (p) => new Bernoulli(p),
  categorical: ({ probs }) => new Categorical({ probs }),
  'multivariate-normal': ({ loc, scaleTril }) => new MultivariateNormal({ loc, scaleTril }),
}

const exact = (): boolean => currentBackend() === FLOAT64

/** In single precision the extreme quantiles are ill-conditioned: one rounding of a level near 1 moves them. */
const askedLevels = ({ u, quantile }: Case): [levels: number[], quantiles: number[]] => {
  const kept = u!.map((level) => exact() || (level >= 0.001 && level <= 0.9991))
  const keep = (values: number[]): number[] => values.filter((_, i) => kept[i])
  return [keep(u!), keep(quantile!)]
}

function near(actual: tf.Tensor, expected: Numbers, what: string): void {
  const values = actual.dataSync()
  const list = [expected].flat(3) as number[]
  expect(values.length, what).toBe(list.length)
  const tolerance = exact() ? 1e-9 : 1e-4
  for (const [i, e] of list.entries())
    expect(Math.abs(values[i]! - e), `${what} ${i}: ${values[i]} against ${e}`).toBeLessThan(
      tolerance * (1 + Math.abs(e)),
    )
}

describe.each(Object.keys(makers))('%s has the values of scipy', (kind) => {
  it.each(cases.filter((one) => one.kind === kind))('for $parameters', (one) => {
    const distribution = makers[kind]!(one.parameters)
    tf.tidy(() => {
      near(distribution.logProb(tensor(one.x)), one.logProb, 'log-density')
      if (one.cdf) near(distribution.cdf(tensor(one.x)), one.cdf, 'cdf')
      if (one.quantile) {
        const [levels, quantiles] = askedLevels(one)
        near(distribution.quantile(tensor(levels)), quantiles, 'quantile')
      }
      if (one.mean !== null) near(distribution.mean(), one.mean, 'mean')
      if (one.variance !== null) near(distribution.variance(), one.variance, 'variance')
      if (one.entropy !== null) near(distribution.entropy(), one.entropy, 'entropy')
    })
  })
})

it('has every kind of the reference values', () => {
  expect(new Set(cases.map((one) => one.kind))).toEqual(new Set(Object.keys(makers)))
})
