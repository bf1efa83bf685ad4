import { Rng } from '@ebbflow/core'
import { residual } from '@ebbflow/flows'
import { expect, test } from 'vitest'
import { evaluate } from './evaluate.js'
import { fit } from './fit.js'

const rows = Rng.seed('rows')
  .values('normal', 2048)
  .map((z, i) => (i % 2 === 0 ? 1 + 0.5 * z : -0.5 + 0.25 * z))
/** Entropy of the two independent normals. */
const ENTROPY = Math.log(2 * Math.PI * Math.E) + Math.log(0.5 * 0.25)

test('a flow with estimated log-determinants trains, validates and is evaluated only on demand', async () => {
  const flow = residual({ dimensions: 2, layers: 2, hidden: [8], logDet: { roulette: {} } })
  const { validationNll } = await fit(flow, rows, { steps: 60, batchSize: 128, learningRate: 1e-2, validation: 0.2 })
  expect(validationNll).toBeLessThan(ENTROPY + 0.2)
  await expect(evaluate(flow, rows)).rejects.toThrow('only estimates its log-determinant')
  const nll = await evaluate(flow, rows, { estimate: Rng.seed(1) })
  expect(Math.abs(nll - ENTROPY)).toBeLessThan(0.15)
  // the power iteration's vectors went on with the training
  const fresh = residual({ dimensions: 2, layers: 2, hidden: [8] }).init({ seed: 0 })
  const path = 'bijector.0.inner.net.0.vector'
  expect([...flow.slots().get(path)!.value.dataSync()]).not.toEqual([...fresh.slots().get(path)!.value.dataSync()])
  flow.dispose()
  fresh.dispose()
})
