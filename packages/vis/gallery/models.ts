import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Rng } from '@ebbflow/core'
import { draw, type Flow, nsf, toys } from '@ebbflow/flows'
import { fit, type HistoryEntry, schedules } from '@ebbflow/training'

/** Values over steps. */
interface Series {
  readonly x: number[]
  readonly y: number[]
}

/** A flow of two moons, and how its fit went. */
export interface Moons {
  readonly flow: Flow
  readonly rows: Float32Array
  /** Losses of the training batches and of held-out rows, every ten steps. */
  readonly training: Series
  readonly validation: Series
}

/** A coupling flow small enough for its layers to be looked at one by one. */
export async function fitMoons(): Promise<Moons> {
  const rows = toys.twoMoons.sample(20_000, { seed: 1 })
  const flow = nsf({ dimensions: 2, layers: 6, hidden: [32, 32], bins: 8 })
  const result = await fit(flow, rows, {
    steps: 2000,
    seed: 2,
    validation: 0.1,
    validateEvery: 10,
    learningRate: 2e-3,
    schedule: schedules.cosine(),
  })
  const { history } = result
  const series = (of: (entry: HistoryEntry) => number | undefined): Series => {
    const known = history.filter((entry) => Number.isFinite(of(entry)))
    return { x: known.map(({ step }) => step), y: known.map((entry) => of(entry)!) }
  }
  return { flow, rows, training: series((entry) => entry.trainNll), validation: series((entry) => entry.validationNll) }
}

/** Penguins: their columns in their units. */
export const PENGUINS = ['bill length, mm', 'bill depth, mm', 'flipper length, mm', 'body mass, g'] as const
const KEYS = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'] as const
const STEPS = [0.1, 0.1, 1, 25]

/** A spline flow of 342 penguins, standardised; rows and samples in the data's units. */
export async function fitPenguins(): Promise<{ rows: Float64Array; draw: (n: number) => Float64Array }> {
  const path = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data/penguins.json')
  const all = JSON.parse(readFileSync(path, 'utf8')) as Record<string, number | null>[]
  const whole = all
    .map((row) => KEYS.map((key) => row[key]))
    .filter((row) => row.every((v) => typeof v === 'number')) as number[][]
  const noise = Rng.seed('penguins').values('uniform', whole.length * 4)
  const rows = Float64Array.from(
    whole.flatMap((row, i) => row.map((v, k) => v + STEPS[k]! * (noise[4 * i + k]! - 0.5))),
  )
  const moments = KEYS.map((_, k) => {
    const values = whole.map((row) => row[k]!)
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    return { mean, deviation: Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length) }
  })
  const standard = Float32Array.from(rows, (v, i) => (v - moments[i % 4]!.mean) / moments[i % 4]!.deviation)
  const flow = nsf({ dimensions: 4, layers: 4, hidden: [32], bins: 6 })
  await fit(flow, standard, { steps: 1200, seed: 1, validation: 0.15, patience: 8, batchSize: 128 })
  const back = (values: Float32Array): Float64Array =>
    Float64Array.from(values, (v, i) => v * moments[i % 4]!.deviation + moments[i % 4]!.mean)
  return { rows, draw: (n) => back(draw(flow, n, { seed: 3 })) }
}
