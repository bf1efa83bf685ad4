import { Rng } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect, inject, test } from 'vitest'
import { evaluate } from './evaluate.js'
import { fit } from './fit.js'
import * as schedules from './schedules.js'
import { normalRows, ToyFlow } from './toy.fixture.js'

const double = inject('backend') === 'float64'
const rows = normalRows(Rng.seed(3).values('normal', 600), 2)

/** The NLL of the best normal for the rows: Σ log sd + D/2 log 2πe. */
function optimum(): number {
  const n = rows.length / 2
  return [0, 1].reduce(
    (nll, j) => {
      const column = [...rows].filter((_, i) => i % 2 === j)
      const mean = column.reduce((a, b) => a + b, 0) / n
      return nll + 0.5 * Math.log(column.reduce((a, b) => a + (b - mean) ** 2, 0) / n)
    },
    Math.log(2 * Math.PI * Math.E),
  )
}

test('full batches come to the maximum of the likelihood, to the precision of the backend', async () => {
  const flow = new ToyFlow(2)
  const tensors = tf.memory().numTensors
  await fit(flow, rows, {
    steps: 250,
    batchSize: 300,
    learningRate: 0.2,
    schedule: schedules.exponential({ final: 1e-4 }),
  })
  expect(Math.abs((await evaluate(flow, rows)) - optimum())).toBeLessThan(double ? 1e-7 : 1e-5)
  expect(tf.memory().numTensors - tensors).toBe(flow.slots().size)
  flow.dispose()
})

test('a fit that goes on gives the bits of one that was not interrupted, and the best come back', async () => {
  const options = { batchSize: 64, seed: 2, learningRate: 0.01, validation: 0.2, validateEvery: 5 }
  const whole = new ToyFlow(2)
  const { validationNll } = await fit(whole, rows, { ...options, steps: 20 })
  const parts = new ToyFlow(2)
  const first = await fit(parts, rows, { ...options, steps: 10 })
  expect(first.bestStep).toBe(10)
  const second = await fit(parts, rows, { ...options, steps: 20, optimiserState: first.optimiser })
  expect(parts.values()).toEqual(whole.values())
  expect(second.validationNll).toBe(validationNll)
  for (const flow of [whole, parts]) flow.dispose()
})
