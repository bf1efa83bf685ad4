import { Rng } from '@ebbflow/core'
import { bitsPerDim, Dequantised, glow, variationalDequantiser } from '@ebbflow/flows'
import { expect, test } from 'vitest'
import { digits } from './digits.fixture.js'
import { evaluate } from './evaluate.js'
import { fit } from './fit.js'

test('the digits held out are of all kinds, as the others are', () => {
  const { train, test: held } = digits(8)
  const mean = (values: Float32Array): number[] =>
    Array.from(
      { length: 64 },
      (_, i) => values.reduce((s, v, k) => (k % 64 === i ? s + v : s), 0) / (values.length / 64),
    )
  const [ours, theirs] = [mean(train), mean(held)]
  // of 256 levels; the mean nine is off by more than fifty somewhere
  expect(Math.max(...ours.map((v, i) => Math.abs(v - theirs[i]!)))).toBeLessThan(10)
  expect(train.length / held.length).toBeGreaterThan(8.9)
})

test('Glow learns handwritten digits of 8×8 in 60 steps', async () => {
  const { train, test: held, image } = digits(8)
  const model = new Dequantised({ flow: glow({ image, levels: 2, steps: 2, width: 16 }) })
  const bits = async (): Promise<number> =>
    bitsPerDim(-(await evaluate(model, held, { estimate: Rng.seed(1) })), { dimensions: 64 })
  const settings = { batchSize: 64, seed: 1, learningRate: 5e-3, clipNorm: 50 }
  await fit(model, train, { ...settings, steps: 1 })
  // what ActNorm alone, set from a batch, comes to
  expect(await bits()).toBeGreaterThan(5.5)
  const result = await fit(model, train, { ...settings, steps: 60, startStep: 1 })
  expect(result.steps).toBe(60)
  expect(await bits()).toBeLessThan(4.5)
  await expect(evaluate(model, held)).rejects.toThrow('draws random numbers')
  model.dispose()
})

test('a variational dequantiser is trained with the flow', async () => {
  const { train, image } = digits(8)
  const dequantiser = variationalDequantiser({ image, width: 4 })
  const model = new Dequantised({ flow: glow({ image, levels: 1, steps: 1, width: 4 }), dequantiser })
  const first = await fit(model, train, { steps: 2, batchSize: 32, seed: 1, learningRate: 5e-3 })
  const last = await fit(model, train, { steps: 30, startStep: 2, batchSize: 32, seed: 1, learningRate: 5e-3 })
  expect(last.trainNll).toBeLessThan(first.trainNll)
  const bias = [...dequantiser.slots()].find(([path]) => path.endsWith('last.bias'))![1]
  expect(bias.value.dataSync().some((value) => value !== 0)).toBe(true)
  model.dispose()
})
