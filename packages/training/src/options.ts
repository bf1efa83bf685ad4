import { check } from '@ebbflow/core'
import type { PerRow } from './batches/dataset.js'
import type { Validation } from './batches/source.js'
import type { ExtraLoss, Memory } from './loss.js'
import { Adam } from './optimiser/adam.js'
import type { Optimiser, OptimiserState } from './optimiser/optimiser.js'
import { constant, type Schedule } from './schedules.js'
import type { Trainable } from './trainable.js'

/** How training steps run. */
export type Engine = 'compiled' | 'eager' | 'auto'

/** How a step ran. */
export type StepEngine = Exclude<Engine, 'auto'>

/** What a fit leaves for another one to go on from. */
export interface TrainingState extends OptimiserState {
  /** The engine that `auto` has kept on the native backend; a fit that goes on there with `auto` goes on with it. */
  readonly engine?: StepEngine
}

/** How many threads share each batch. */
export type Threads = number | 'auto'

/** Options of `fit`. */
export interface FitOptions<F extends Trainable = Trainable> extends PerRow {
  /** Steps in all, those before `startStep` included. Default 1000, or no limit where `maxSeconds` is given. */
  steps?: number
  /** Seconds after which the fit stops (a little before, where a validation is still due); a fit without is deterministic. */
  maxSeconds?: number
  /** Rows a step. Default 256, or all rows where they are fewer. */
  batchSize?: number
  /** Seed of initial values, batches, the split and the layers' noise. Default 0. */
  seed?: number | string
  /** Learning rate η at its height. Default 1e-3. */
  learningRate?: number
  /** Factor on the learning rate. Default 1 throughout. */
  schedule?: Schedule
  /** Default `new Adam()`. */
  optimiser?: Optimiser
  /** What an earlier fit's optimiser had gathered (`result.optimiser`), with the engine it had kept. */
  optimiserState?: TrainingState
  /** The step to go on from: batches, noise and schedule are those of an uninterrupted fit. Default that of `optimiserState`, or 0. */
  startStep?: number
  /** Largest global norm of the gradients; Infinity for no clipping. Default Infinity. */
  clipNorm?: number
  /** Rows held out, by which the best parameters are chosen. Default none. */
  validation?: Validation
  /** Steps from one validation, and entry of the history, to the next. Default a fiftieth of `steps`, or 100. */
  validateEvery?: number
  /** Validations without a new best after which the fit stops. Default Infinity. */
  patience?: number
  /** Rows computed at once in validations. Default twice the batch. */
  chunk?: number
  /**
   * How steps run: `compiled` into one WebAssembly program, `eager` one kernel after another, or `auto`: compiled on the WASM backend
   * where that can be done and there are 100 steps or more to make; on the native backend, for as many steps, the faster of the two, which
   * the fit's first steps are timed for. That depends on the machine, and the engines differ by rounding: name one where two fits on the
   * native backend are to agree to the bit. Elsewhere steps are eager. Default `auto`.
   */
  engine?: Engine
  /**
   * Threads that share each batch of compiled steps, where its rows do not hang together (as by batch moments or noise within the flow) and
   * there are 128 or more. `auto`: as many as there are processors, at most 4, where there are 1000 steps or more to make. They make no
   * difference to the numbers, to the bit: a fit may be resumed with others. On a page, `fit` must run in a worker of a cross-origin
   * isolated page to have more than one. Default `auto`.
   */
  threads?: Threads
  /**
   * `reversible`: the backward pass recomputes what each layer was given by going back through it, so that memory does not grow with the number of
   * layers; for flows that are too deep for their memory. Takes longer, and gradients differ by rounding. Default `ordinary`.
   */
  memory?: Memory
  /** A term added to the mean NLL of each batch. */
  extraLoss?: ExtraLoss<F>
  /** Stops the fit; it resolves with what it has come to. */
  signal?: AbortSignal
  /** Called with every report of progress. */
  onProgress?: (progress: Progress) => void
}

/** How far a fit has come; about twenty reports a second, one after each validation and one at the end. */
export interface Progress {
  /** Steps made, those before `startStep` included. */
  readonly step: number
  /** Steps in all; Infinity where only time limits them. */
  readonly steps: number
  /** How far the fit has come, from 0 to 1: by steps or by time, whichever is further. */
  readonly fraction: number
  readonly seconds: number
  /** Steps a second. */
  readonly rate: number
  /** Seconds to go, estimated. */
  readonly eta: number
  /** Mean negative log-likelihood of the training batches since the last entry of the history, in nats. */
  readonly trainNll: number
  /** The last validation's mean negative log-likelihood in nats. */
  readonly validationNll?: number
  readonly bestStep: number
  readonly learningRate: number
  /** Global norm of the last gradients before clipping. */
  readonly gradientNorm: number
  /** How steps run at present. */
  readonly engine: StepEngine
  /** Threads that are there to share each batch; absent for one alone. */
  readonly threads?: number
}

/** An entry of a fit's history. */
export interface HistoryEntry {
  readonly step: number
  readonly seconds: number
  readonly learningRate: number
  /** Mean negative log-likelihood of the training batches since the entry before, in nats; NaN before the first step. */
  readonly trainNll: number
  readonly validationNll?: number
}

/** What a fit came to. */
export interface FitResult {
  /** Steps made, those before `startStep` included. */
  readonly steps: number
  readonly seconds: number
  /** Mean negative log-likelihood, in nats, of the training batches on the way to the parameters that the flow has now. */
  readonly trainNll: number
  /** Mean negative log-likelihood of the rows held out, in nats, at the parameters that the flow has now. */
  readonly validationNll?: number
  /** The step after which the flow had the parameters that it has now. */
  readonly bestStep: number
  /** What ended the fit: its steps, patience, an abort, its time, or a stream that ended. */
  readonly stopped: 'steps' | 'patience' | 'aborted' | 'time' | 'data'
  readonly history: readonly HistoryEntry[]
  /** How the last steps ran. */
  readonly engine: StepEngine
  /** Threads that were there to share each batch; absent for one alone. */
  readonly threads?: number
  /** The optimiser's state at `bestStep`: with it as `optimiserState`, another fit goes on from there. */
  readonly optimiser: TrainingState
}

/** Options with defaults filled in and numbers checked. */
export function resolveOptions<F extends Trainable>(options: FitOptions<F>) {
  const limited = options.maxSeconds !== undefined
  const optimiser = options.optimiser ?? new Adam()
  if (options.optimiserState) optimiser.load(options.optimiserState)
  const startStep = options.startStep ?? options.optimiserState?.step ?? 0
  const steps = options.steps ?? (limited ? Number.POSITIVE_INFINITY : 1000)
  const {
    maxSeconds = Number.POSITIVE_INFINITY,
    seed = 0,
    learningRate = 1e-3,
    schedule = constant(),
    clipNorm = Number.POSITIVE_INFINITY,
    validateEvery = Number.isFinite(steps) ? Math.max(1, Math.ceil(steps / 50)) : 100,
    patience = Number.POSITIVE_INFINITY,
    memory = 'ordinary',
    threads = 'auto',
  } = options
  whole('steps', steps, 0)
  whole('startStep', startStep, 0)
  whole('validateEvery', validateEvery, 1)
  whole('patience', patience, 1)
  if (threads !== 'auto') whole('threads', threads, 1)
  if (options.batchSize !== undefined) whole('batchSize', options.batchSize, 1)
  if (options.chunk !== undefined) whole('chunk', options.chunk, 1)
  positive('maxSeconds', maxSeconds)
  positive('learningRate', learningRate)
  positive('clipNorm', clipNorm)
  check(options.patience === undefined || options.validation !== undefined, 'patience needs validation rows')
  check(memory === 'ordinary' || memory === 'reversible', 'unknown memory', {
    expected: 'ordinary or reversible',
    received: `${memory}`,
  })
  return {
    memory,
    steps,
    maxSeconds,
    seed,
    learningRate,
    schedule,
    clipNorm,
    validateEvery,
    patience,
    startStep,
    optimiser,
    threads,
  }
}

function whole(name: string, value: number, least: number): void {
  check(value >= least && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY), `bad ${name}`, {
    expected: `a whole number, at least ${least}`,
    received: `${value}`,
  })
}

function positive(name: string, value: number): void {
  check(value > 0, `${name} must be positive`, { received: `${value}` })
}
