import { type Call, constant, EbbflowError, Rng } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { fit } from './fit.js'
import { Sgd } from './optimiser/sgd.js'
import { normalRows, ToyFlow, ToyLayer } from './toy.fixture.js'

const rows = normalRows(Rng.seed(3).values('normal', 400), 2)

async function failure(promise: PromiseLike<unknown>): Promise<EbbflowError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof EbbflowError) return error
    throw error
  }
  throw new Error('it did not fail')
}

test('names the layer, the direction and the rows', async () => {
  // the inverse multiplies by exp(200), which single precision does not hold
  const flow = new ToyFlow(2, [new ToyLayer(2), new ToyLayer(2, -200), new ToyLayer(2)]).init()
  const before = flow.values()
  const tensors = tf.memory().numTensors
  const error = await failure(fit(flow, rows, { steps: 10 }))
  expect(error.code).toBe('not-finite')
  expect(error.path).toBe('layer1')
  expect(error.message).toMatch(
    /^layer1: the loss is not finite at step 0: the inverse value is not finite in rows 0, 1/,
  )
  expect(flow.values()).toEqual(before)
  expect(tf.memory().numTensors).toBe(tensors)
})

test('ends with the last finite parameters, or the best', async () => {
  for (const validation of [undefined, 0.2]) {
    const flow = new ToyFlow(2).init()
    const run = fit(flow, rows, {
      steps: 200,
      optimiser: new Sgd(),
      learningRate: 0.01,
      schedule: (_, step) => (step < 50 ? 1 : 1e6),
      ...(validation && { validation, validateEvery: 10 }),
    })
    const error = await failure(run)
    expect(error.code).toBe('not-finite')
    expect(error.path).toMatch(/^layer/)
    const values = Object.values(flow.values()).flat()
    expect(values.every(Number.isFinite)).toBe(true)
    if (validation) expect(values.every((value) => Math.abs(value) < 100)).toBe(true)
  }
})

test('names the parameter whose gradient it is', async () => {
  const flow = new ToyFlow(2).init()
  // √ has an infinite slope at zero
  const extraLoss = ({ slope }: ToyFlow) => tf.sum(tf.sqrt(slope.value))
  const error = await failure(fit(flow, rows, { extraLoss }))
  expect(error.path).toBe('slope')
  expect(error.message).toMatch(/a gradient is not finite at step 0: that of parameter slope/)
})

test('blames an extra term', async () => {
  const extraLoss = () => tf.scalar(Number.NaN)
  const error = await failure(fit(new ToyFlow(2), rows, { extraLoss }))
  expect(error.message).toMatch(/the extra loss term/)
})

/** No density at and beyond `edge` in any column. */
class Edged extends ToyFlow {
  readonly edge: number
  constructor(edge: number) {
    super(2)
    this.edge = edge
  }
  override logProbIn(x: tf.Tensor, call: Call): tf.Tensor {
    const room = tf.relu(tf.sub(constant(this.edge, x.shape), x))
    return tf.add(super.logProbIn(x, call), tf.sum(tf.log(room), -1))
  }
}

test('names the row that has no density', async () => {
  const data = rows.map((value, i) => (i === 2 * 57 + 1 ? 1000 : value))
  const error = await failure(fit(new Edged(900), data, { batchSize: 200 }))
  expect(error.message).toMatch(/row 57 of the data has log-density -Infinity/)
})

test('rows held out without density make no parameters the best', async () => {
  const far = Float32Array.of(1000, 1)
  const flow = new Edged(900).init()
  const result = await fit(flow, rows, { steps: 10, validateEvery: 5, validation: { data: far } })
  expect(result.history.map((entry) => entry.validationNll)).toEqual([Infinity, Infinity, Infinity])
  expect(result).toMatchObject({ bestStep: 0, validationNll: Number.POSITIVE_INFINITY })
})
