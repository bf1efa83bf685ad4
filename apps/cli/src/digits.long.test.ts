import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Rng, useBackend } from '@ebbflow/core'
import { bitsPerDim, Dequantised, glow } from '@ebbflow/flows'
import { evaluate, fit, schedules } from '@ebbflow/training'
import { imagesFigure } from '@ebbflow/vis/figures'
import { toSvg } from '@ebbflow/vis/svg'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { digits } from '../../../packages/training/src/digits.fixture.js'
import { toPng } from './png.js'

/** The budget: so many seconds of steps of 32 digits, on WASM. */
const SECONDS = 300
const COUNT = 64
const OUTPUT = new URL('../../../output/', import.meta.url)

/** The mean image of rows of n values. */
function meanImage(values: ArrayLike<number>, n: number): Float64Array {
  const mean = new Float64Array(n)
  for (let i = 0; i < values.length; i++) mean[i % n]! += (values[i]! * n) / values.length
  return mean
}

/** Pearson's correlation. */
function correlation(a: Float64Array, b: Float64Array): number {
  const centred = (x: Float64Array): Float64Array => {
    const mean = x.reduce((s, v) => s + v, 0) / x.length
    return x.map((v) => v - mean)
  }
  const [x, y] = [centred(a), centred(b)]
  const dot = (p: Float64Array, q: Float64Array): number => p.reduce((s, v, i) => s + v * q[i]!, 0)
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))
}

test('Glow draws digits of 28×28', async () => {
  await useBackend('wasm')
  const { train, test: held, image } = digits()
  const size = 28 * 28
  const model = new Dequantised({ flow: glow({ image, levels: 2, steps: 4, width: 32 }) })
  const result = await fit(model, train, {
    steps: 1_000_000,
    maxSeconds: SECONDS,
    batchSize: 32,
    seed: 1,
    learningRate: 3e-3,
    schedule: schedules.warmupCosine({ warmup: 0.1 }),
    clipNorm: 500,
  })
  const nll = await evaluate(model, held, { estimate: Rng.seed(1), chunk: 100 })
  const bits = bitsPerDim(-nll, { dimensions: size })
  const samples = tf.tidy(() => model.sample(COUNT, { rng: Rng.seed(7) }).dataSync())
  await mkdir(OUTPUT, { recursive: true })
  const draw = async (name: string, title: string, images: ArrayLike<number>): Promise<void> => {
    const file = new URL(name, OUTPUT)
    await writeFile(file, toPng(toSvg(imagesFigure(images, { title, shape: [28, 28] }))))
    console.info(`wrote ${fileURLToPath(file)}`)
  }
  const budget = `${result.steps} steps in ${Math.round(result.seconds)} s`
  await draw('digits-glow.png', `Glow: ${bits.toFixed(2)} bits/dim, ${budget}`, samples)
  await draw('digits-data.png', 'Digits held out', held.subarray(0, COUNT * size))
  // the samples have their ink where the data have it, which a flow of ActNorms alone, the same at every pixel, has not
  const [theirs, ours] = [meanImage(held, size), meanImage(samples, size)]
  const ink = (mean: Float64Array): number => mean.reduce((a, b) => a + b, 0)
  const likeness = correlation(theirs, ours)
  const share = ink(ours) / ink(theirs)
  console.info(
    `${bits.toFixed(3)} bits/dim after ${budget}; mean images ${likeness.toFixed(3)}, ink ${share.toFixed(2)}`,
  )
  expect(likeness).toBeGreaterThan(0.5)
  expect(share).toBeGreaterThan(0.25)
  expect(share).toBeLessThan(2)
  expect(bits).toBeLessThan(2.5)
  model.dispose()
})
