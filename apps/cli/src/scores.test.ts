import { Rng } from '@ebbflow/core'
import { expect, it } from 'vitest'
import { nllOf, quantilesOf, shareLessLikely } from './scores.js'

const values = Float64Array.from(Rng.seed(2).values('normal', 20_000))

it('tells the share of training rows that are less likely, from the lowest to the highest', () => {
  const quantiles = quantilesOf(values)
  const sorted = values.slice().sort()
  for (const place of [3, 20, 150, 3000, 10_000, 19_990])
    expect(Math.abs(shareLessLikely(quantiles, sorted[place]!) - place / 20_000)).toBeLessThan(0.004)
  for (const place of [10, 30]) {
    // the tail, where anomalies are, is known far better than to a hundredth
    expect(Math.abs(shareLessLikely(quantiles, sorted[place]!) - place / 20_000)).toBeLessThan(2e-4)
  }
  expect(shareLessLikely(quantiles, sorted[0]!)).toBe(0)
  expect(shareLessLikely(quantiles, -Infinity)).toBe(0)
  expect(shareLessLikely(quantiles, Number.NaN)).toBe(0)
  expect(shareLessLikely(quantiles, sorted[19_999]! + 1)).toBe(1)
})

it('takes few rows, and rows all alike', () => {
  expect(shareLessLikely(quantilesOf(Float64Array.of(1, 2)), 1.5)).toBeCloseTo(0.5, 12)
  expect(shareLessLikely(quantilesOf(new Float64Array(10).fill(3)), 3)).toBe(0)
})

it('turns a likelihood in model units into those of the data and standardised ones', () => {
  const columns = [
    { name: 'a', deviation: 10, steps: [] },
    { name: 'b', deviation: 2, steps: [] },
  ]
  // columns that are only standardised: the model's own units are the standardised ones
  const logDet = new Float64Array(5).fill(-Math.log(20))
  expect(nllOf(columns, logDet, 3).standardised).toBeCloseTo(3, 12)
  expect(nllOf(columns, logDet, 3).data).toBeCloseTo(3 + Math.log(20), 12)
})
