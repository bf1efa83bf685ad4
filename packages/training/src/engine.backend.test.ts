import { Rng, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect, inject, test } from 'vitest'
import { fit } from './fit.js'
import type { FitOptions, FitResult, StepEngine } from './options.js'
import { normalRows, ToyFlow } from './toy.fixture.js'

const rows = normalRows(Rng.seed(3).values('normal', 800), 2)
const options: FitOptions<ToyFlow> = { steps: 120, batchSize: 64, learningRate: 0.02, seed: 5, validateEvery: 50 }

async function fitted(more: FitOptions<ToyFlow>, from?: ReturnType<ToyFlow['values']>) {
  const flow = new ToyFlow(2).init({ seed: 1 })
  tf.tidy(() => {
    for (const [path, slot] of flow.slots()) if (from) slot.assign(tensor(from[path]!, slot.shape))
  })
  const engines = new Set<StepEngine>()
  const result = await fit(flow, rows, { ...options, ...more, onProgress: ({ engine }) => engines.add(engine) })
  const values = flow.values()
  flow.dispose()
  return { result, values, engines: [...engines] }
}

/** A fit by `auto` that is stopped after 60 of 120 steps. */
function half(): Promise<{ result: FitResult; values: ReturnType<ToyFlow['values']> }> {
  const abort = new AbortController()
  const schedule = (_: number, step: number) => {
    if (step === 59) abort.abort()
    return 1
  }
  return fitted({ signal: abort.signal, schedule })
}

if (inject('backend') === 'native') {
  test('a fit keeps one of both engines, says which, and goes on with it when it is resumed', async () => {
    const { result, values } = await half()
    expect(result.steps).toBe(60)
    expect(['compiled', 'eager']).toContain(result.engine)
    expect(result.optimiser.engine).toBe(result.engine)
    for (const kept of ['compiled', 'eager'] as const) {
      const optimiserState = { ...result.optimiser, engine: kept }
      const resumed = await fitted({ optimiserState }, values)
      expect(resumed.engines).toEqual([kept])
      expect([resumed.result.engine, resumed.result.optimiser.engine]).toEqual([kept, kept])
      const named = await fitted({ optimiserState: result.optimiser, engine: kept }, values)
      expect(resumed.values).toEqual(named.values)
      expect(named.result.optimiser.engine).toBeUndefined()
    }
  })

  test('a short fit, and one that names its engine, times nothing', async () => {
    expect((await fitted({ steps: 40 })).result).toMatchObject({ engine: 'eager' })
    for (const engine of ['compiled', 'eager'] as const) {
      const { result, engines } = await fitted({ engine })
      expect([engines, result.engine, result.optimiser.engine]).toEqual([[engine], engine, undefined])
    }
  })
} else {
  test('a fit says how its steps run, which does not depend on what was kept elsewhere', async () => {
    const expected = inject('backend') === 'wasm' ? 'compiled' : 'eager'
    const { result, values } = await half()
    expect([result.engine, result.optimiser.engine]).toEqual([expected, undefined])
    const other = expected === 'compiled' ? 'eager' : 'compiled'
    const resumed = await fitted({ optimiserState: { ...result.optimiser, engine: other } }, values)
    expect([resumed.engines, resumed.result.optimiser.engine]).toEqual([[expected], undefined])
    expect((await fitted({ steps: 40 })).engines).toEqual(['eager'])
  })
}
