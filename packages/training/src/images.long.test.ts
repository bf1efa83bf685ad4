import { type BackendName, Rng, useBackend } from '@ebbflow/core'
import { bitsPerDim, Dequantised, emerging, type Flow, glow, realNVP, residual } from '@ebbflow/flows'
import { afterAll, describe, expect, test } from 'vitest'
import { digits } from './digits.fixture.js'
import { evaluate } from './evaluate.js'
import { fit } from './fit.js'
import * as schedules from './schedules.js'

/** The budget: so many steps of 64 digits of 28×28, Adam at 5e-3 with a warm-up and a cosine, small networks. */
const STEPS = 120
const sizes = { levels: 2, steps: 2, width: 16 }

/** Models, and bits/dim that they stay below. At the start they are at about 6. */
const models: Record<string, { make: (image: number[]) => Flow; below: number }> = {
  Glow: { make: (image) => glow({ image, ...sizes }), below: 3.7 },
  RealNVP: { make: (image) => realNVP({ image, ...sizes }), below: 2.9 },
  emerging: { make: (image) => emerging({ image, ...sizes }), below: 3.7 },
  // its log-determinants are estimates too, by Russian roulette
  residual: { make: (image) => residual({ image, ...sizes }), below: 4.5 },
}
const backends: readonly BackendName[] = process.env.EBBFLOW_NATIVE === '0' ? ['wasm'] : ['wasm', 'native']

const table: string[] = []
afterAll(async () => {
  await useBackend('wasm')
  console.log(`bits/dim after ${STEPS} steps\n${table.join('\n')}`)
})

describe.each(backends)('on %s', (backend) => {
  test.each(Object.keys(models))('%s learns handwritten digits', async (name) => {
    await useBackend(backend)
    const { train, test: held, image } = digits()
    const { make, below } = models[name]!
    const model = new Dequantised({ flow: make(image) })
    const { seconds } = await fit(model, train, {
      steps: STEPS,
      batchSize: 64,
      seed: 1,
      learningRate: 5e-3,
      schedule: schedules.warmupCosine({ warmup: 0.1 }),
      clipNorm: 500,
    })
    const nll = await evaluate(model, held, { estimate: Rng.seed(1), chunk: 100 })
    const bits = bitsPerDim(-nll, { dimensions: 28 * 28 })
    const parameters = [...model.trainable().values()].reduce((n, { shape }) => n + shape.reduce((a, b) => a * b, 1), 0)
    const pace = Math.round((1000 * seconds) / STEPS)
    table.push(`${name} on ${backend}: ${bits.toFixed(3)}, ${parameters} parameters, ${pace} ms a step`)
    expect(bits).toBeLessThan(below)
    model.dispose()
  })
})
