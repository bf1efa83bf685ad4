import { basename } from 'node:path'
import type { ColumnChoice, Engine } from '@ebbflow/training'
import { Command, CommanderError, Option } from 'commander'
import { infoCommand } from './commands/info.js'
import { logprobCommand } from './commands/logprob.js'
import { sampleCommand } from './commands/sample.js'
import { verifyCommand } from './commands/verify.js'
import { exitCodeOf, explain } from './failure.js'
import { showFit } from './fit/report.js'
import { runFit } from './fit/run.js'
import type { FitJob } from './fit/types.js'
import type { IO } from './io.js'
import * as take from './options.js'
import { type RecipeName, recipeNames } from './recipes.js'

interface FitFlags {
  columns?: string[]
  column: Map<string, ColumnChoice>
  flow: RecipeName
  layers?: number
  hidden?: number[]
  bins?: number
  steps?: number
  maxSeconds?: number
  batch?: number
  learningRate: number
  patience?: number
  split: 'index' | 'random'
  seed: number | string
  backend: string
  engine: Engine
  out: string
  picture?: string
  quiet: boolean
  json: boolean
}

const backend = (): Option =>
  new Option('--backend <name>', 'auto, wasm, native (TensorFlow), float64 or cpu').default('auto')
const json = (): Option => new Option('--json', 'print one JSON object on standard output').default(false)

/**
 * Runs the command with arguments (without the program's name) and gives its exit code: 0, 1 for bad input, 130 after Ctrl-C in a fit
 * whose best model was saved.
 */
export async function run(args: readonly string[], io: IO): Promise<number> {
  let code = 0
  const program = build(io, (value) => {
    code = value
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    if (!(error instanceof CommanderError)) io.err.write(`${explain(error, args.includes('--debug'))}\n`)
    return exitCodeOf(error)
  }
}

function build(io: IO, exit: (code: number) => void): Command {
  const program = new Command('ebbflow')
    .description('Fits normalizing flows to tables: samples like the rows, and the density of any row.')
    .option('--debug', 'show where an error arose')
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: (text) => void io.err.write(text),
      outputError: (text, write) =>
        write(
          `${text
            .trim()
            .replace(/^error: /, 'ebbflow: ')
            .replace(/\s*\n\s*/g, ' ')}\n`,
        ),
    })
    .addHelpText(
      'after',
      `
Examples:
  ebbflow fit flights.csv --columns delay,distance,time --out flights.safetensors
  ebbflow sample flights.safetensors -n 1000 --out samples.csv
  ebbflow logprob flights.safetensors new.csv --out scores.csv
  ebbflow verify flights.safetensors flights.csv
  ebbflow info flights.safetensors`,
    )
  fitCommand(program, io, exit)
  program
    .command('sample')
    .description('Draw rows in the units of the data.')
    .argument('<model>', 'model file')
    .option('-n, --count <rows>', 'number of rows', take.count, 1000)
    .option('--seed <seed>', 'a number or a word; the same seed gives the same rows', take.seed, 0)
    .option('--temperature <factor>', 'below 1, rows keep to likely places', take.notNegative, 1)
    .option('--out <file>', 'CSV to write; without it the rows go to standard output')
    .addOption(backend())
    .addOption(json())
    .option('--debug', 'show where an error arose')
    .addHelpText('after', '\nExample:\n  ebbflow sample flights.safetensors -n 1000 --seed 2 --out samples.csv')
    .action((model: string, flags) => sampleCommand(model, flags, io))
  program
    .command('logprob')
    .description('Score rows: log-density in the units of the data, and the share of training rows less likely.')
    .argument('<model>', 'model file')
    .argument('<data>', 'CSV, or JSON array of records, with the columns of the model')
    .option('--out <file>', 'CSV to write; without it the scores go to standard output')
    .addOption(backend())
    .addOption(json())
    .option('--debug', 'show where an error arose')
    .addHelpText(
      'after',
      `
Values on a lattice are scored at a point of their cell that depends on the model's seed and the row's number, as in the fit.
A row whose share is 0.001 is less likely than all but a thousandth of the training rows: pick a threshold on it to find anomalies.

Example:
  ebbflow logprob flights.safetensors flights.csv --out scores.csv`,
    )
    .action((model: string, data: string, flags) => logprobCommand(model, data, flags, io))
  program
    .command('verify')
    .description('Check a model layer by layer in double precision: inverses, log-determinants, conditioning, mass.')
    .argument('<model>', 'model file')
    .argument('<data>', 'CSV, or JSON array of records, with the columns of the model')
    .option('--rows <count>', 'rows that are looked at, evenly spaced', take.count, 16)
    .addOption(backend())
    .addOption(json())
    .option('--debug', 'show where an error arose')
    .addHelpText(
      'after',
      `
For each layer: by how much its two directions fail to undo each other, by how much its log-determinants differ from those of
its exact Jacobians, their condition number, and by how much single precision is off. The exit code is 1 where a layer is faulty.

Example:
  ebbflow verify flights.safetensors flights.csv --json`,
    )
    .action(async (model: string, data: string, flags) => {
      if (!(await verifyCommand(model, data, flags, io))) exit(1)
    })
  program
    .command('info')
    .description('Tell what a model file holds.')
    .argument('<model>', 'model file')
    .addOption(json())
    .option('--debug', 'show where an error arose')
    .addHelpText('after', '\nExample:\n  ebbflow info flights.safetensors')
    .action((model: string, flags) => infoCommand(model, flags, io))
  return program
}

function fitCommand(program: Command, io: IO, exit: (code: number) => void): void {
  program
    .command('fit')
    .description('Fit a flow to columns of numbers by maximum likelihood.')
    .argument('<data>', 'CSV with a header line, or JSON array of records')
    .option('--columns <a,b,c>', 'columns to take (default: all)', take.names)
    .option(
      '--column <name=what>',
      'what a column is, instead of what is found: plain, lattice[:STEP], log[:SHIFT], bounded:LOW:HIGH; a lattice may be followed by + and one of the latter; may be repeated',
      take.treatment,
      new Map(),
    )
    .addOption(new Option('--flow <name>', 'kind of flow').choices(recipeNames).default('nsf'))
    .option('--layers <count>', 'coupling layers', take.count)
    .option('--hidden <widths>', 'hidden layers of the conditioners, as 64,64', take.widths)
    .option('--bins <count>', 'bins of each spline (nsf)', take.count)
    .option('--steps <count>', 'training steps (default: 5000, or as many as --max-seconds allows)', take.count)
    .option('--max-seconds <seconds>', 'time limit of the fit', take.positive)
    .option('--batch <rows>', 'rows a step (default: 512, or all where they are fewer)', take.count)
    .option('--learning-rate <rate>', "Adam's learning rate at its height", take.positive, 1e-3)
    .option('--patience <count>', 'validations without a new best after which the fit stops', take.count)
    .addOption(
      new Option('--split <how>', 'rows kept for validation and test: every tenth each, or a tenth each at random')
        .choices(['index', 'random'])
        .default('index'),
    )
    .option('--seed <seed>', 'a number or a word; the same seed gives the same model', take.seed, 0)
    .addOption(backend())
    .addOption(
      new Option(
        '--engine <name>',
        'how steps run; auto may choose by time on the native backend: name one for the same bits',
      )
        .choices(['auto', 'compiled', 'eager'])
        .default('auto'),
    )
    .option('--out <file>', 'model file to write', 'model.safetensors')
    .option('--picture <file>', 'picture of data against samples to write: .svg or .png')
    .option('--quiet', 'no progress and no notes', false)
    .addOption(json())
    .option('--debug', 'show where an error arose')
    .addHelpText(
      'after',
      `
Ctrl-C saves the best model so far; a second one ends at once.

Examples:
  ebbflow fit data.csv --columns a,b,c --flow nsf --steps 5000 --seed 1 --out model.safetensors
  ebbflow fit flights.csv --column time=lattice:1/60 --column delay=lattice:1 --picture flights.png
  ebbflow fit income.csv --column income=log --column share=bounded:0:1 --max-seconds 60 --json`,
    )
    .action(async (data: string, flags: FitFlags) => {
      const report = await runFit(jobOf(data, flags), io)
      io.out(flags.json ? `${JSON.stringify(report)}\n` : flags.quiet ? '' : showFit(report))
      if (report.interrupted) exit(130)
    })
}

function jobOf(data: string, flags: FitFlags): FitJob {
  const { column, layers, hidden, bins, out, json: _, ...rest } = flags
  return {
    ...rest,
    data,
    name: basename(data),
    choices: column,
    sizes: {
      ...(layers === undefined ? {} : { layers }),
      ...(hidden === undefined ? {} : { hidden }),
      ...(bins === undefined ? {} : { bins }),
    },
    model: out,
  }
}
