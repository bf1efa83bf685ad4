import { expect, test } from 'vitest'
import { constant, cosine, exponential, type Schedule, stepDecay, warmupCosine } from './schedules.js'

const at = (schedule: Schedule, ...fractions: number[]): number[] => fractions.map((f) => schedule(f, 0))

test('schedules follow their formulas', () => {
  expect(at(constant(), 0, 0.5, 1)).toEqual([1, 1, 1])
  const [start, third, half, end] = at(cosine(), 0, 1 / 3, 0.5, 1)
  expect(start).toBe(1)
  expect(third).toBeCloseTo(0.75, 12)
  expect(half).toBeCloseTo(0.5, 12)
  expect(end).toBe(0)
  expect(at(cosine({ final: 0.1 }), 1)[0]).toBeCloseTo(0.1, 12)
  const warm = at(warmupCosine({ warmup: 0.1, final: 0.2 }), 0, 0.05, 0.1, 0.55, 1)
  for (const [i, value] of [0.01, 0.505, 1, 0.6, 0.2].entries()) expect(warm[i]).toBeCloseTo(value, 12)
  expect(at(stepDecay({ every: 0.25, factor: 0.5 }), 0, 0.24, 0.25, 0.5, 0.75, 1)).toEqual([
    1, 1, 0.5, 0.25, 0.125, 0.0625,
  ])
  // three tenths are not three times a tenth in binary
  expect(at(stepDecay({ every: 0.1, factor: 0.5 }), 0.3)).toEqual([0.125])
  const [all, middle, last] = at(exponential({ final: 0.01 }), 0, 0.5, 1)
  expect([all, last]).toEqual([1, 0.01])
  expect(middle).toBeCloseTo(0.1, 12)
})

test('schedules refuse what makes no sense', () => {
  expect(() => cosine({ final: 2 })).toThrow(/final/)
  expect(() => warmupCosine({ warmup: 1 })).toThrow(/warmup/)
  expect(() => stepDecay({ every: 0 })).toThrow(/every/)
  expect(() => exponential({ final: 0 })).toThrow(/final/)
})
