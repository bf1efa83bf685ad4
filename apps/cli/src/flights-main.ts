/** The main job, which `npm start` runs: fits a neural spline flow to 200,000 flights within three minutes. */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { exitCodeOf, explain } from './failure.js'
import { showFit } from './fit/report.js'
import { runFit } from './fit/run.js'
import { flights } from './flights.js'
import { processIO } from './io.js'
import * as take from './options.js'

const io = processIO()
const program = new Command('npm start --')
  .description('Fits a neural spline flow to the flights of vega-datasets: delay, distance and time of 200,000.')
  .option('--json', 'print one JSON object on standard output', false)
  .option('--quiet', 'no progress and no notes', false)
  .option('--steps <count>', 'training steps', take.count, 5000)
  .option('--max-seconds <seconds>', 'time limit of the fit', take.positive, 170)
  .option('--seed <seed>', 'a number or a word', take.seed, 1)
  .option('--backend <name>', 'auto, wasm, native (TensorFlow), float64 or cpu', 'auto')
  .option('--folder <path>', 'where the model, the samples and the picture go', 'output')
  .option('--debug', 'show where an error arose', false)
  .exitOverride()

try {
  const flags = program.parse().opts<{
    json: boolean
    quiet: boolean
    steps: number
    maxSeconds: number
    seed: number | string
    backend: string
    folder: string
  }>()
  const { json, folder, ...job } = flags
  await mkdir(folder, { recursive: true })
  const report = await runFit(
    {
      ...job,
      data: flights(),
      name: 'flights-200k',
      choices: new Map(),
      split: 'index',
      flow: 'nsf',
      sizes: {},
      learningRate: 1e-3,
      model: join(folder, 'flights.safetensors'),
      samples: { path: join(folder, 'flights-samples.csv'), count: 10_000 },
      picture: join(folder, 'flights.png'),
    },
    io,
  )
  io.out(json ? `${JSON.stringify(report)}\n` : showFit(report))
  if (report.interrupted) process.exitCode = 130
} catch (error) {
  if (!(error instanceof CommanderError)) io.err.write(`${explain(error, process.argv.includes('--debug'))}\n`)
  process.exitCode = exitCodeOf(error)
}
