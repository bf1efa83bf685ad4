import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadBackend, withBackend } from '../backend/index.js'
import { caseInputs, cases, hasVariant, runCase, type Variant } from './cases.js'

beforeAll(async () => {
  await loadBackend('cpu')
})

/** The kernels that a function emits from outside of other kernels. */
function emitted(body: () => unknown): string[] {
  const names: string[] = []
  const engine = tf.engine() as unknown as { runKernel: (name: string, ...rest: unknown[]) => unknown }
  const original = engine.runKernel
  engine.runKernel = function (this: unknown, name, ...rest) {
    names.push(name)
    return original.call(this, name, ...rest)
  }
  try {
    body()
  } finally {
    engine.runKernel = original
  }
  return names
}

describe('the table of kernel cases', () => {
  it('names each case once', () => {
    const names = cases.map((c) => c.name)
    expect(names.filter((name, k) => names.indexOf(name) !== k)).toEqual([])
  })

  it.each(cases.map((c) => [c.name, c] as const))('%s emits its kernel in every variant', (_, c) => {
    withBackend('cpu', () => {
      for (const variant of ['random', 'special', 'empty'] satisfies Variant[]) {
        if (!hasVariant(c, variant)) continue
        const inputs = caseInputs(c, variant)
        expect(emitted(() => runCase(c, inputs))).toContain(c.kernel)
      }
    })
  })

  it('has the same inputs each time, exact in single precision', () => {
    for (const c of cases)
      for (const { data } of caseInputs(c)) for (const x of data) expect(Object.is(Math.fround(x), x)).toBe(true)
    expect(caseInputs(cases[0]!)).toEqual(caseInputs(cases[0]!))
    expect(caseInputs(cases[0]!, 'random', 2)).not.toEqual(caseInputs(cases[0]!))
  })
})
