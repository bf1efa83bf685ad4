import { Rng, tensor } from '@ebbflow/core'
import { Dequantised, nsf, realNVP } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { fit } from './fit.js'
import { Adam } from './optimiser/adam.js'
import { Sgd } from './optimiser/sgd.js'
import type { FitOptions } from './options.js'
import { cosine } from './schedules.js'
import { normalRows, ToyFlow, ToyLayer } from './toy.fixture.js'

const rows = normalRows(Rng.seed(3).values('normal', 800), 2)
const shared: FitOptions = { steps: 40, batchSize: 64, learningRate: 0.02, schedule: cosine(), clipNorm: 1, seed: 5 }

/** The same fit by both engines, and how far the parameters are apart. */
async function both(make: () => ToyFlow, options: FitOptions<ToyFlow> = {}) {
  const results = []
  for (const engine of ['compiled', 'eager'] as const) {
    const flow = make()
    const result = await fit(flow, rows, { ...(shared as FitOptions<ToyFlow>), ...options, engine })
    results.push({ flow, result })
  }
  const [a, b] = results as [(typeof results)[0], (typeof results)[0]]
  expect(a.result.trainNll).toBeCloseTo(b.result.trainNll, 4)
  const [one, other] = [a.flow.values(), b.flow.values()]
  for (const [path, values] of Object.entries(other))
    for (const [i, value] of values.entries()) expect(one[path]![i]!, path).toBeCloseTo(value, 3)
  return { compiled: a, eager: b }
}

describe('a fit whose steps are compiled', () => {
  test('comes to what the eager one does: states, clipping, schedule, optimiser', async () => {
    const { compiled, eager } = await both(() => new ToyFlow(2))
    expect(compiled.result.optimiser.step).toBe(40)
    expect(Object.keys(compiled.result.optimiser.vectors).sort()).toEqual(
      Object.keys(eager.result.optimiser.vectors).sort(),
    )
    // one call more, by which the first values were set
    expect(compiled.flow.layers[0]!.calls.value.dataSync()[0]).toBe(41)
  })

  test('takes weights, context, extra terms, and other optimisers', async () => {
    const n = rows.length / 2
    const weights = Array.from({ length: n }, (_, i) => 1 + (i % 3))
    const context = Float32Array.from({ length: n }, (_, i) => (i % 5) - 2)
    const make = () => Object.assign(new ToyFlow(2), { context: 1 })
    await both(make, { weights, context: Array.from(context, (c) => [c]) })
    await both(() => new ToyFlow(2), { extraLoss: ({ slope }) => tf.sum(tf.square(tf.sub(slope.value, 1))) })
    await both(() => new ToyFlow(2), { optimiser: new Sgd({ momentum: 0 }) })
    await both(() => new ToyFlow(2), { validation: 0.2, validateEvery: 7 })
  })

  test('goes on from its own state bit for bit, and repeats itself', async () => {
    const run = async (flow: ToyFlow, options: FitOptions<ToyFlow>) =>
      fit(flow, rows, { ...(shared as FitOptions<ToyFlow>), engine: 'compiled', ...options })
    const whole = new ToyFlow(2)
    await run(whole, {})
    const parts = new ToyFlow(2)
    const abort = new AbortController()
    const { optimiser, steps } = await run(parts, {
      signal: abort.signal,
      schedule: (fraction, step) => {
        if (step === 15) abort.abort()
        return cosine()(fraction, step)
      },
    })
    expect(steps).toBeLessThan(40)
    await run(parts, { optimiser: new Adam(), optimiserState: optimiser })
    expect(parts.values()).toEqual(whole.values())
  })

  test('draws the noise of layers as the eager one does', async () => {
    const data = Rng.seed(1)
      .values('uniform', 400)
      .map((u) => Math.floor(8 * u))
    const results = []
    for (const engine of ['compiled', 'eager'] as const) {
      const flow = new Dequantised({ flow: realNVP({ dimensions: 2, layers: 2, hidden: [8] }) })
      results.push((await fit(flow, data, { ...(shared as object), steps: 12, batchSize: 50, engine })).trainNll)
      flow.dispose()
    }
    expect(results[0]).toBeCloseTo(results[1]!, 4)
  })

  test('names the layer where something is not finite, and keeps the last finite parameters', async () => {
    const flow = new ToyFlow(2, [new ToyLayer(2), new ToyLayer(2, -200)]).init()
    const before = flow.values()
    await expect(fit(flow, rows, { steps: 10, engine: 'compiled' })).rejects.toMatchObject({
      code: 'not-finite',
      path: 'layer1',
    })
    expect(flow.values()).toEqual(before)
  })

  test('shows the flow as it is to whoever looks in between, and leaves no tensor behind', async () => {
    const flow = nsf({ dimensions: 2, layers: 2, hidden: [16, 16] }).init({ seed: 1 })
    const before = tf.memory().numTensors
    const x = tensor(rows.slice(0, 40), [20, 2])
    const seen = new Set<number>()
    await fit(flow, rows, {
      ...(shared as object),
      // longer than from one look to the next, however fast steps are
      steps: 4000,
      engine: 'compiled',
      onProgress: () => seen.add(tf.tidy(() => flow.logProb(x).dataSync()[0]!)),
    })
    expect(seen.size).toBeGreaterThan(1)
    x.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  test('runs other batch shapes eagerly in between, and says what it cannot compile', async () => {
    async function* batches() {
      for (let i = 0; i < 12; i++) yield rows.slice(0, i % 4 === 3 ? 60 : 100)
    }
    const ends = []
    for (const engine of ['compiled', 'eager'] as const) {
      const flow = new ToyFlow(2)
      await fit(flow, batches(), { steps: 12, engine, learningRate: 0.02 })
      ends.push(flow.values())
    }
    for (const [path, values] of Object.entries(ends[1]!))
      for (const [i, value] of values.entries()) expect(ends[0]![path]![i]!, path).toBeCloseTo(value, 4)

    const reading = new ToyFlow(2)
    const extraLoss = ({ slope }: ToyFlow) => tf.scalar(slope.value.dataSync()[0]!)
    await expect(fit(reading, rows, { steps: 3, engine: 'compiled', extraLoss })).rejects.toThrow(/depends on data/)
    await fit(reading, rows, { steps: 100, extraLoss })
  })
})
