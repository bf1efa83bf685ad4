import { affine, BatchNorm, Chain, Coupling, couplingSizes, MLP, Reverse } from '@ebbflow/bijectors'
import { Rng } from '@ebbflow/core'
import { Dequantised, Flow, realNVP } from '@ebbflow/flows'
import { describe, expect, test } from 'vitest'
import { fit } from './fit.js'
import { Sgd } from './optimiser/sgd.js'
import type { FitOptions } from './options.js'
import { normalRows } from './toy.fixture.js'
import type { Trainable } from './trainable.js'

const rows = normalRows(Rng.seed(3).values('normal', 800), 2)

/** The ends of a fit in the ordinary and in the reversible way. */
async function both(make: () => Trainable, data: ArrayLike<number>, options: FitOptions): Promise<void> {
  const [ordinary, reversible] = await Promise.all(
    (['ordinary', 'reversible'] as const).map(async (memory) => {
      const flow = make()
      const { trainNll } = await fit(flow, data as Float32Array, {
        steps: 15,
        batchSize: 50,
        learningRate: 0.01,
        seed: 5,
        ...options,
        memory,
      })
      const values = [...flow.slots().values()].map((slot) => [...slot.value.dataSync()])
      flow.dispose()
      return { trainNll, values }
    }),
  )
  expect(reversible!.trainNll).toBeCloseTo(ordinary!.trainNll, 3)
  for (const [i, want] of ordinary!.values.entries())
    for (const [j, value] of want.entries()) expect(reversible!.values[i]![j]!).toBeCloseTo(value, 3)
}

const normalised = (): Flow => {
  const sizes = { dimensions: 2, family: affine({ bound: 1 }) }
  const coupling = () => new Coupling({ ...sizes, conditioner: new MLP({ ...couplingSizes(sizes), hidden: [8] }) })
  const layers = [new BatchNorm({ shape: [2] }), coupling(), new Reverse(), new BatchNorm({ shape: [2] }), coupling()]
  return new Flow({ base: realNVP({ dimensions: 2 }).base, bijector: Chain.fromData(layers) })
}

describe.each(['eager', 'compiled'] as const)('a reversible fit, %s,', (engine) => {
  test('comes to what the ordinary one does', () =>
    both(() => realNVP({ dimensions: 2, layers: 3, hidden: [8] }), rows, { engine }))

  test('goes back by the moments of its batches, and keeps the running ones', () =>
    // Adam would blow the rounding up of gradients that normalisation makes zero
    both(normalised, rows, { engine, optimiser: new Sgd() }))

  test('has the noise of the ordinary one', () => {
    const steps = Rng.seed(1)
      .values('uniform', 400)
      .map((u) => Math.floor(8 * u))
    return both(() => new Dequantised({ flow: realNVP({ dimensions: 2, layers: 2, hidden: [8] }) }), steps, { engine })
  })
})

test('another memory is refused', async () => {
  const flow = realNVP({ dimensions: 2, layers: 1, hidden: [4] })
  await expect(fit(flow, rows, { steps: 1, memory: 'small' as 'ordinary' })).rejects.toThrow('ordinary or reversible')
})
