import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadBackend, withBackend } from '@ebbflow/core'
import { densities } from '@ebbflow/flows'
import { type Engine, splitRows, toModel } from '@ebbflow/training'
import { afterAll, describe, expect, it } from 'vitest'
import { readTable } from './csv.js'
import { runFit } from './fit/run.js'
import type { FitReport } from './fit/types.js'
import { flights } from './flights.js'
import { processIO } from './io.js'
import { loadModel } from './model.js'

const folder = mkdtempSync(join(tmpdir(), 'ebbflow-flights-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const modelOf = (engine: Engine): string => join(folder, `${engine}.safetensors`)
const fits = new Map<Engine, Promise<FitReport>>()

/** The fit by an engine, made once. */
function fitted(engine: Engine): Promise<FitReport> {
  const made = fits.get(engine) ?? fitAll(engine)
  fits.set(engine, made)
  return made
}

async function fitAll(engine: Engine): Promise<FitReport> {
  const report = await runFit(
    {
      data: flights(),
      name: 'flights-200k',
      choices: new Map(),
      split: 'index',
      flow: 'nsf',
      sizes: {},
      backend: 'wasm',
      engine,
      steps: 5000,
      seed: 1,
      learningRate: 1e-3,
      quiet: true,
      model: modelOf(engine),
    },
    processIO(),
  )
  console.info(`flights, ${engine}: ${report.testNll.toFixed(4)} nats in ${report.seconds.toFixed(0)} s`)
  return report
}

describe('the main job on all flights', () => {
  it('reaches 3.27 nats a test row in 5,000 steps, and says the same on every backend', async () => {
    const report = await fitted('compiled')
    expect(report.testNll).toBeLessThanOrEqual(3.27)
    expect(report.baselines.gaussian).toBeCloseTo(4.221, 2)

    const { flow, columns, file } = await loadModel(modelOf('compiled'))
    const table = await readTable(flights(), { columns: columns.map(({ name }) => name) })
    const { test } = splitRows(table.rows)
    const rows = toModel(columns, table, { seed: file.seed, rows: test }).values
    const nll = (): number => -densities(flow, rows).reduce((sum, logp) => sum + logp, 0) / test.length
    const here = nll()
    for (const backend of ['native', 'float64'] as const) {
      await loadBackend(backend)
      expect(Math.abs(withBackend(backend, nll) - here), backend).toBeLessThan(1e-4)
    }
    flow.dispose()
  })

  it('comes to within 0.02 nats of that where the steps are not compiled', async () => {
    const [compiled, eager] = [await fitted('compiled'), await fitted('eager')]
    expect(Math.abs(eager.testNll - compiled.testNll)).toBeLessThan(0.02)
  })
})
