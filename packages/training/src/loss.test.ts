import { compile } from '@ebbflow/compiler'
import { loadBackend, Rng, tensor, useBackend, valueAndGradients, withBackend } from '@ebbflow/core'
import { nsf } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { type ExtraLoss, lossBatch, meanNll } from './loss.js'

beforeAll(async () => {
  await useBackend('wasm')
  await loadBackend('float64')
})

interface Loss {
  weights?: boolean
  context?: number
  extra?: ExtraLoss
  memory?: 'reversible'
}

const LOSSES: Readonly<Record<string, Loss>> = {
  'the mean': {},
  'a weighted mean': { weights: true },
  'the mean given a context': { context: 2 },
  'the mean and a term of parameters': {
    extra: (flow) => tf.addN([...flow.parameters().values()].map(({ value }) => tf.sum(tf.square(value)))),
  },
  'the mean and a term of the batch': {
    extra: (flow, { x, call }) => tf.mean(tf.square(flow.logProbIn(tf.neg(x), call))),
  },
  'a weighted mean, reversibly': { weights: true, memory: 'reversible' },
}

test.each(Object.keys(LOSSES))('compiled, %s and its gradients equal those of double precision', (name) => {
  const { weights = false, context = 0, extra, memory } = LOSSES[name]!
  const flow = nsf({ dimensions: 3, layers: 2, hidden: [8], activation: 'tanh', context }).init({ seed: 1 })
  for (const [path, slot] of flow.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), 0.25))))
  const slots = [...flow.parameters().values()]
  const loss = (x: tf.Tensor, w: tf.Tensor, c: tf.Tensor): tf.Tensor[] => {
    const batch = lossBatch(
      { x, ...(weights && { weights: w }), ...(context > 0 && { context: c }) },
      Rng.seed(4),
      undefined,
      memory,
    )
    const { value, gradients } = valueAndGradients(
      () => (extra ? tf.add(meanNll(flow, batch), extra(flow, batch)) : meanNll(flow, batch)),
      slots.map((slot) => slot.value),
    )
    return [value, ...gradients]
  }
  const numbers = (t: tf.Tensor): number[] => [...t.dataSync()]
  for (const rows of [1, 7, 65])
    tf.tidy(() => {
      const batch = (seed: number): [tf.Tensor, tf.Tensor, tf.Tensor] => {
        const rng = Rng.seed(seed)
        return [rng.normal([rows, 3]), rng.uniform([rows]), rng.normal([rows, 2])]
      }
      const compiled = compile(loss, ...batch(1))
      expect(compiled.reason).toBeUndefined()
      const inputs = batch(2)
      const copies = inputs.map((t) => [t.dataSync() as Float32Array, t.shape] as const)
      const exact = withBackend('float64', () =>
        tf.tidy(() => {
          const [x, w, c] = copies.map(([values, shape]) => tensor(values, shape))
          return loss(x!, w!, c!).map(numbers)
        }),
      )
      for (const [i, got] of compiled(...inputs)
        .map(numbers)
        .entries()) {
        const scale = Math.max(...exact[i]!.map(Math.abs), 0.01)
        for (const [j, value] of got.entries())
          expect(Math.abs(value - exact[i]![j]!) / scale, `output ${i}`).toBeLessThan(2e-4)
      }
      compiled.dispose()
    })
  flow.dispose()
})
