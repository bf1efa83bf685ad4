import { Rng } from '@ebbflow/core'
import { nsf } from '@ebbflow/flows'
import { describe, expect, test } from 'vitest'
import { fit } from './fit.js'
import { Adam } from './optimiser/adam.js'
import type { FitOptions } from './options.js'

const rows = Rng.seed(3).values('normal', 4000)
const shared: FitOptions = { steps: 60, batchSize: 256, learningRate: 0.01, clipNorm: 1, seed: 5, engine: 'compiled' }

const flowOf = () => nsf({ dimensions: 2, layers: 2, hidden: [8, 8], bins: 4 }).init({ seed: 1 })

async function fitted(options: FitOptions, flow = flowOf()) {
  const result = await fit(flow, rows, { ...shared, ...options })
  const values = [...flow.parameters()].map(([path, { value }]) => [path, [...value.dataSync()]])
  return { flow, result, values }
}

describe('a fit on threads', () => {
  test('comes to the same bits on any number of them', async () => {
    const validation = { validation: 0.2, validateEvery: 20 }
    const alone = await fitted({ threads: 1, ...validation })
    const two = await fitted({ threads: 2, ...validation })
    expect(two.values).toEqual(alone.values)
    expect(two.result.history.map(({ trainNll, validationNll }) => [trainNll, validationNll])).toEqual(
      alone.result.history.map(({ trainNll, validationNll }) => [trainNll, validationNll]),
    )
  })

  test('is resumed on another number of them, bit for bit', async () => {
    const whole = await fitted({ threads: 1 })
    const abort = new AbortController()
    const schedule = (_: number, step: number) => {
      if (step === 25) abort.abort()
      return 1
    }
    const part = await fitted({ threads: 2, signal: abort.signal, schedule })
    expect(part.result.steps).toBeLessThan(60)
    const rest = await fitted({ threads: 1, optimiser: new Adam(), optimiserState: part.result.optimiser }, part.flow)
    expect(rest.values).toEqual(whole.values)
  })

  test('counts them from 1', async () => {
    await expect(fitted({ threads: 0 })).rejects.toThrow(/threads/)
  })
})
