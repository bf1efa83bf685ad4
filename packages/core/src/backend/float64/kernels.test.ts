import { beforeAll, describe, expect, it } from 'vitest'
import { caseError, caseInputs, cases, hasVariant, runCase, type Variant } from '../../conformance/cases.js'
import { loadBackend, withBackend } from '../index.js'
import { kernels } from './kernels/index.js'

beforeAll(async () => {
  await loadBackend('cpu')
  await loadBackend('float64')
})

// where tfjs's cpu backend is not IEEE 754: sign(NaN) is 0, 1 to the power NaN is NaN, and a NaN in one segment spoils the others
const NOT_ON_CPU = new Set(['Sign', 'Pow', 'UnsortedSegmentSum'])

describe('kernels of the float64 backend', () => {
  it('each stand in the table of cases', () => {
    const tabled = new Set(cases.map((c) => c.kernel))
    expect(kernels.map((k) => k.kernelName).filter((name) => !tabled.has(name))).toEqual([])
  })

  it('are each defined once', () => {
    const names = kernels.map((k) => k.kernelName)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(cases.map((c) => [c.name, c] as const))('%s agrees with cpu', (_, c) => {
    for (const variant of ['random', 'special', 'empty'] satisfies Variant[]) {
      if (!hasVariant(c, variant) || (variant === 'special' && NOT_ON_CPU.has(c.kernel))) continue
      const inputs = caseInputs(c, variant)
      const actual = withBackend('float64', () => runCase(c, inputs))
      const expected = withBackend('cpu', () => runCase(c, inputs))
      expect({ variant, error: caseError(actual, expected), actual, expected }).toMatchObject({
        error: expect.closeTo(0, 5),
      })
    }
  })
})
