import { check, currentBackend, Rng, withBackend } from '@ebbflow/core'
import type { RowsLike } from './batches/rows.js'
import { openSource, type Stream } from './batches/source.js'
import { Best } from './best.js'
import { meanNllOf } from './evaluate.js'
import { Log, type Running } from './log.js'
import { openStepper } from './open-stepper.js'
import { type FitOptions, type FitResult, type Progress, resolveOptions } from './options.js'
import { Pace } from './pace.js'
import { prepare } from './prepare.js'
import { type Reporter, Run } from './run.js'
import type { Stepper } from './stepper.js'
import { Stop } from './stop.js'
import type { Trainable } from './trainable.js'

/**
 * Fits a flow to data by maximum likelihood: minimises −Σ wᵢ log p(xᵢ) / n over mini-batches, with weights scaled to a mean of 1.
 *
 * Rows are events of the flow: a flat typed array, nested arrays, a tensor `[rows, ...event]`, or a stream of mini-batches. A flow
 * without values is given some by the seed; one that has values goes on from them. Where rows are held out, the flow ends with the
 * parameters that were best on them, however the fit ended (an NLL that is not a number never is); without, with the last. An abort resolves, with that and
 * `stopped: 'aborted'`; so does leaving the loop over the progress early. Control goes back to the event loop at least every
 * 50 ms, a single step apart. The same seed gives the same bits on the same backend, on any number of threads, unless `maxSeconds` is
 * given, or `auto` chooses the engine by time, as on the native backend; a fit that goes on from another goes on with its engine.
 *
 * @throws EbbflowError (as rejection) `data` for bad rows, naming row and column; `argument` for bad options; `not-finite`, naming
 * the layer, when the loss or a gradient is not finite: the flow then has its best or last finite parameters; `thread` when a thread fails:
 * the flow then has its best, or the parameters of at most 50 ms before.
 * @example
 * ```ts
 * const run = fit(flow, rows, { steps: 2000, validation: 0.1, patience: 10 })
 * for await (const { step, trainNll } of run) console.log(step, trainNll)
 * const { validationNll } = await run
 * ```
 */
export function fit<F extends Trainable>(
  flow: F,
  data: RowsLike | Stream,
  options: FitOptions<F> = {},
): Run<FitResult, Progress> {
  return new Run((reporter) => work(flow, data, options, reporter))
}

async function work<F extends Trainable>(
  flow: F,
  data: RowsLike | Stream,
  options: FitOptions<F>,
  reporter: Reporter<Progress>,
): Promise<FitResult> {
  const settings = resolveOptions(options)
  const { steps, startStep, optimiser, validateEvery, patience } = settings
  const parameters = flow.trainable()
  check(parameters.size > 0, 'the flow has no parameter to train')
  const backend = currentBackend()
  const rng = Rng.seed(settings.seed)
  const noise = rng.split('noise')
  // the same noise each time, so that validations compare
  const estimate = flow.estimated ? rng.split('validation noise') : undefined
  const stop = new Stop([options.signal, reporter.signal])
  const pace = new Pace()
  const log = new Log(settings, (progress) => {
    options.onProgress?.(progress)
    reporter.report(progress)
  })
  const { source, held, batchSize } = await openSource(data, { ...options, rng }, flow, pace)
  const chunk = options.chunk ?? 2 * batchSize
  const { clipNorm, memory } = settings
  const setting = { flow, parameters, optimiser, clipNorm, memory, extraLoss: options.extraLoss }
  const best = new Best(flow)
  let step = startStep
  let stepper: Stepper | undefined
  const sync = (): void => withBackend(backend, () => stepper?.sync())

  /** Ends a stretch of steps; whether the parameters are the best so far. */
  const close = async (): Promise<boolean> => {
    const began = log.seconds
    sync()
    // estimates draw their noise from the call, which only the flow itself reads
    const density = (!estimate && stepper?.density) || flow
    const nll = held && (await meanNllOf(density, held.dataset, held.index, chunk, pace, backend, estimate))
    log.close(nll)
    if (nll === undefined) return true
    log.reserve = Math.max(log.reserve, log.seconds - began)
    const better = nll < best.nll || !best.taken
    if (better) {
      best.take(step, Number.isNaN(nll) ? Number.POSITIVE_INFINITY : nll, log.trainNll, optimiser.state())
      log.bestStep = step
    }
    log.report()
    return better
  }

  try {
    let block = await stop.race(source.next(step))
    withBackend(backend, () => prepare(flow, block, settings.seed, noise))
    const { engine = 'auto', optimiserState } = options
    const wanted = { engine, kept: optimiserState?.engine, steps, threads: settings.threads }
    stepper = await openStepper(wanted, setting, block)
    log.running = runningOf(stepper)
    if (held) await close()
    let stopped: FitResult['stopped'] | undefined
    for (let stale = 0; ; ) {
      if (stop.requested) stopped = 'aborted'
      else if (step >= steps) stopped = 'steps'
      else if (log.outOfTime) stopped = 'time'
      else if (stale >= patience) stopped = 'patience'
      if (stopped) break
      block ??= await stop.race(source.next(step))
      if (!block) {
        stopped = stop.requested ? 'aborted' : 'data'
        break
      }
      const learningRate = settings.learningRate * settings.schedule(log.fraction, step)
      const batch = block
      const made = stepper
      const { nll, gradientNorm } = withBackend(backend, () =>
        made.step(batch, step, learningRate, noise.split(step).rekey()),
      )
      block = undefined
      step += 1
      log.running = runningOf(made)
      log.add(step, nll, gradientNorm, learningRate)
      if (step % validateEvery === 0) stale = (await close()) ? 0 : stale + 1
      if (pace.due) {
        // whoever has the word meanwhile sees the flow as it is
        sync()
        log.tick()
        await pace.turn()
      }
    }
    if (log.open) await close()
    sync()
    log.report()
    const kept = stepper.kept && { engine: stepper.kept }
    return {
      steps: step,
      seconds: log.seconds,
      stopped,
      history: log.history,
      ...log.running,
      ...(held
        ? {
            trainNll: best.trainNll,
            validationNll: best.nll,
            bestStep: best.step,
            optimiser: { ...best.optimiser!, ...kept },
          }
        : { trainNll: log.trainNll, bestStep: step, optimiser: { ...optimiser.state(), ...kept } }),
    }
  } finally {
    sync()
    stepper?.close()
    best.restore()
    best.free()
    stop.free()
    await source.close()
  }
}

const runningOf = ({ engine, threads }: Stepper): Running => ({ engine, ...(threads !== undefined && { threads }) })
