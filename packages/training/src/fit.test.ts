import { EbbflowError, Rng } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test, vi } from 'vitest'
import { evaluate } from './evaluate.js'
import { fit } from './fit.js'
import { Adam } from './optimiser/adam.js'
import { Sgd } from './optimiser/sgd.js'
import * as schedules from './schedules.js'
import { normalRows, ToyFlow } from './toy.fixture.js'

const rows = normalRows(Rng.seed(3).values('normal', 4000), 2)

/** The NLL of the best normal for these rows: Σ log sd + D/2 log 2πe. */
function optimum(values: Float32Array, width: number): number {
  const n = values.length / width
  let nll = (width / 2) * Math.log(2 * Math.PI * Math.E)
  for (let j = 0; j < width; j++) {
    const column = values.filter((_, i) => i % width === j)
    const mean = column.reduce((a, b) => a + b, 0) / n
    nll += 0.5 * Math.log(column.reduce((a, b) => a + (b - mean) ** 2, 0) / n)
  }
  return nll
}

describe('fit', () => {
  test('finds the maximum of the likelihood', async () => {
    const flow = new ToyFlow(2)
    const schedule = schedules.cosine()
    const result = await fit(flow, rows, { steps: 400, batchSize: 500, learningRate: 0.1, schedule, clipNorm: 5 })
    expect(result.stopped).toBe('steps')
    expect(result.steps).toBe(400)
    expect(result.bestStep).toBe(400)
    expect(result.history).toHaveLength(50)
    expect(await evaluate(flow, rows)).toBeCloseTo(optimum(rows, 2), 3)
  })

  test('gives the same bits for the same seed, and others for another', async () => {
    const run = async (seed: number) => {
      const flow = new ToyFlow(2)
      const { history } = await fit(flow, rows, { steps: 30, seed, validation: 0.2 })
      return { values: flow.values(), nlls: history.map(({ trainNll, validationNll }) => [trainNll, validationNll]) }
    }
    const first = await run(1)
    expect(await run(1)).toEqual(first)
    expect((await run(2)).values).not.toEqual(first.values)
  })

  test('takes weights as numbers of copies', async () => {
    const few = rows.slice(0, 12)
    const weights = [3, 1, 0, 2, 1, 1]
    const copies = weights.flatMap((w, i) => Array.from({ length: w }, () => [few[2 * i]!, few[2 * i + 1]!]))
    const options = { steps: 50, optimiser: new Sgd(), learningRate: 0.05 }
    // with values, so that the first batch does not set them
    const a = new ToyFlow(2).init()
    const b = new ToyFlow(2).init()
    await fit(a, few, { ...options, batchSize: 6, weights })
    await fit(b, copies, { ...options, batchSize: 8 })
    const expected = b.values()
    for (const [path, values] of Object.entries(a.values()))
      for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[path]![i]!, 4)
    expect(await evaluate(a, few, { weights })).toBeCloseTo(await evaluate(a, copies), 5)
  })

  test('conditions on a context', async () => {
    const context = Rng.seed(5).values('normal', 1000)
    const noise = Rng.seed(6).values('normal', 1000)
    const data = Float32Array.from(noise, (z, i) => 3 * context[i]! + 0.1 * z)
    const flow = new ToyFlow(1)
    await fit(flow, data, { context, steps: 300, learningRate: 0.05, schedule: schedules.cosine() })
    expect(flow.slope.value.dataSync()[0]).toBeCloseTo(3, 1)
    expect(await evaluate(flow, data, { context })).toBeLessThan(-0.7)
  })

  test('adds extra terms to the loss and leaves them out of the NLL', async () => {
    const flow = new ToyFlow(2)
    const { history } = await fit(flow, rows, {
      steps: 100,
      learningRate: 0.05,
      validateEvery: 50,
      extraLoss: ({ slope }, { x }) => {
        expect(x.shape).toEqual([256, 2])
        return tf.sum(tf.square(tf.sub(slope.value, 2)))
      },
    })
    for (const value of flow.slope.value.dataSync()) expect(value).toBeCloseTo(2, 1)
    expect(Math.abs(history[1]!.trainNll - (await evaluate(flow, rows)))).toBeLessThan(0.3)
  })

  test('commits new states, and sets a fresh flow from its first batch', async () => {
    const flow = new ToyFlow(2)
    const first = await fit(flow, rows, { steps: 5, learningRate: 1e-6, batchSize: 2000 })
    const { 'layer1.bias': bias, 'layer0.calls': calls } = flow.values()
    // the initialising call counts as a call
    expect(calls).toEqual([6])
    const mean = (j: number) => rows.filter((_, i) => i % 2 === j).reduce((a, b) => a + b, 0) / 2000
    expect(bias![0]).toBeCloseTo(mean(0), 3)
    expect(bias![1]).toBeCloseTo(mean(1), 3)
    await fit(flow, rows, { steps: 7, optimiserState: first.optimiser, batchSize: 2000 })
    expect(flow.values()['layer0.calls']).toEqual([8])
  })

  test('leaves frozen parameters and the values of other flows alone', async () => {
    const flow = new ToyFlow(2).init({ seed: 1 })
    flow.layers[0]!.freeze()
    const copy = flow.clone()
    const before = flow.values()
    await fit(flow, rows, { steps: 5 })
    expect(flow.values()['layer0.bias']).toEqual(before['layer0.bias'])
    expect(flow.values()['layer1.bias']).not.toEqual(before['layer1.bias'])
    expect(copy.values()).toEqual(before)
    flow.freeze()
    await expect(fit(flow, rows)).rejects.toThrow(/no parameter to train/)
  })
})

describe('validation', () => {
  test('restores the best parameters and stops by patience', async () => {
    const flow = new ToyFlow(2)
    // the rate grows until the fit gets worse again
    const result = await fit(flow, rows, {
      steps: 1000,
      learningRate: 0.02,
      schedule: (_, step) => (step < 200 ? 1 : 100),
      validation: 0.1,
      validateEvery: 10,
      patience: 3,
    })
    expect(result.stopped).toBe('patience')
    const nlls = result.history.map((entry) => entry.validationNll!)
    const least = Math.min(...nlls)
    const best = result.history[nlls.indexOf(least)]!
    expect(result.validationNll).toBe(least)
    expect(result.bestStep).toBe(best.step)
    expect(result.trainNll).toBe(best.trainNll)
    expect(result.steps).toBe(best.step + 30)
    expect(nlls.at(-1)).toBeGreaterThan(least)
    expect(result.optimiser.step).toBe(best.step)
    // states go back with the parameters; the initialising call was one more
    expect(flow.values()['layer0.calls']).toEqual([best.step + 1])
  })

  test('takes rows of the data, or rows of their own', async () => {
    const options = { steps: 20, validateEvery: 20, batchSize: 100 }
    const indices = [0, 5, 7]
    const picked = indices.flatMap((i) => [...rows.slice(2 * i, 2 * i + 2)])
    const a = new ToyFlow(2)
    const result = await fit(a, rows, { ...options, validation: { indices } })
    expect(result.validationNll).toBeCloseTo(await evaluate(a, Float32Array.from(picked)), 5)
    const rest = rows.filter((_, i) => !indices.includes(Math.floor(i / 2)))
    const b = new ToyFlow(2)
    await fit(b, rest, { ...options, validation: { data: Float32Array.from(picked) } })
    expect(b.values()).toEqual(a.values())
    await expect(fit(a, rows, { validation: { indices: [1, 1] } })).rejects.toThrow(/each once, got 1/)
    await expect(fit(a, rows, { validation: 1 })).rejects.toThrow(/between 0 and 1/)
    await expect(fit(a, rows, { patience: 1 })).rejects.toThrow(/patience needs validation/)
  })

  test('does not depend on how rows are cut into chunks', async () => {
    const flow = new ToyFlow(2).init()
    const whole = await evaluate(flow, rows, { chunk: 2000 })
    expect(await evaluate(flow, rows, { chunk: 77 })).toBeCloseTo(whole, 10)
  })
})

describe('going on', () => {
  test('gives the numbers of a fit that was not interrupted', async () => {
    const options = { steps: 60, batchSize: 300, seed: 4, schedule: schedules.warmupCosine(), clipNorm: 1 }
    const whole = new ToyFlow(2)
    await fit(whole, rows, options)
    const parts = new ToyFlow(2)
    const abort = new AbortController()
    const optimiser = new Adam()
    const extraLoss = () => {
      if (optimiser.step === 24) abort.abort()
      return tf.scalar(0)
    }
    const first = await fit(parts, rows, { ...options, optimiser, extraLoss, signal: abort.signal })
    expect(first.stopped).toBe('aborted')
    expect(first.steps).toBe(25)
    const second = await fit(parts, rows, { ...options, optimiserState: first.optimiser })
    expect(second.steps).toBe(60)
    expect(parts.values()).toEqual(whole.values())
  })

  test('starts from the values that the flow has', async () => {
    const flow = new ToyFlow(2)
    await fit(flow, rows, { steps: 200, learningRate: 0.1 })
    const nll = await evaluate(flow, rows)
    const { history } = await fit(flow, rows, { steps: 10, learningRate: 1e-4, validateEvery: 1, batchSize: 2000 })
    expect(history[0]!.trainNll).toBeCloseTo(nll, 5)
  })
})

describe('time and abort', () => {
  test('stops in time and anneals by time', async () => {
    const rates: number[] = []
    const began = performance.now()
    const result = await fit(new ToyFlow(2), rows, {
      maxSeconds: 0.4,
      schedule: schedules.cosine(),
      validation: 0.1,
      onProgress: ({ learningRate, fraction, steps }) => {
        rates.push(learningRate)
        expect(fraction).toBeLessThanOrEqual(1)
        expect(steps).toBe(Number.POSITIVE_INFINITY)
      },
    })
    const seconds = (performance.now() - began) / 1000
    expect(result.stopped).toBe('time')
    expect(seconds).toBeGreaterThan(0.3)
    expect(seconds).toBeLessThan(5)
    expect(rates.at(-1)).toBeLessThan(1e-4)
  })

  test('an abort resolves with the best so far', async () => {
    const flow = new ToyFlow(2)
    const abort = new AbortController()
    const result = await fit(flow, rows, {
      steps: 1e6,
      learningRate: 0.05,
      validation: 0.1,
      signal: abort.signal,
      onProgress: ({ step }) => {
        if (step >= 100) abort.abort()
      },
    })
    expect(result.stopped).toBe('aborted')
    expect(result.steps).toBeGreaterThan(0)
    // the first scheduled validation is far away, yet the steps are not lost
    expect(result.bestStep).toBeGreaterThan(0)
    expect(result.validationNll).toBe(Math.min(...result.history.map((entry) => entry.validationNll!)))
    const early = await fit(new ToyFlow(2), rows, { signal: AbortSignal.abort() })
    expect(early).toMatchObject({ stopped: 'aborted', steps: 0, bestStep: 0 })
  })

  test('hands control back within 50 ms', async () => {
    // a clock that each look moves by a millisecond, so that the machine does not count
    let now = performance.now()
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => ++now)
    let [last, longest, ticks, watching] = [now, 0, 0, true]
    const tick = (): void => {
      longest = Math.max(longest, now - last)
      last = now
      ticks++
      if (watching) setImmediate(tick)
    }
    setImmediate(tick)
    try {
      await fit(new ToyFlow(2), rows, { steps: 400, validation: 0.5, validateEvery: 7, chunk: 50 })
    } finally {
      watching = false
      clock.mockRestore()
    }
    expect(ticks).toBeGreaterThan(20)
    expect(longest).toBeLessThan(50)
  })
})

describe('progress', () => {
  test('comes by iteration, and the result after it', async () => {
    const run = fit(new ToyFlow(2), rows, { steps: 40, validateEvery: 10, validation: 0.1 })
    const seen: number[] = []
    let fraction = 0
    for await (const progress of run) {
      seen.push(progress.step)
      expect(progress.fraction).toBeGreaterThanOrEqual(fraction)
      fraction = progress.fraction
    }
    expect(seen.at(-1)).toBe(40)
    expect(fraction).toBe(1)
    expect((await run).steps).toBe(40)
  })

  test('ends when the loop is left', async () => {
    const run = fit(new ToyFlow(2), rows, { steps: 1e6 })
    for await (const { step } of run) if (step > 0) break
    expect(await run).toMatchObject({ stopped: 'aborted' })
  })

  test('passes failures on to who iterates', async () => {
    const run = fit(new ToyFlow(2), [[1, Number.NaN]])
    await expect(
      (async () => {
        for await (const _ of run) {
          // nothing comes
        }
      })(),
    ).rejects.toThrow(EbbflowError)
  })
})
