import { currentBackend, largestProduct, useBackend } from '@ebbflow/core'
import { draw, type Flow, saveFlow } from '@ebbflow/flows'
import { describeColumn, type FitResult, fit, fromModel, type ModelRows, schedules } from '@ebbflow/training'
import { Interrupt } from '../interrupt.js'
import type { IO } from '../io.js'
import { progressView } from '../progress.js'
import { recipe } from '../recipes.js'
import { csvOf } from '../rows.js'
import { nllOf } from '../scores.js'
import { whole } from '../words.js'
import { ensureWritable, writeAtomically } from '../write.js'
import { assess, computeBaselines, NO_BASELINES } from './assess.js'
import { evenly, type Prepared, prepare } from './prepare.js'
import { drawPicture } from './report.js'
import type { FitJob, FitReport } from './types.js'

const DEFAULT_BATCH = 512
const DEFAULT_STEPS = 5000
const CLIP_NORM = 5
/** Validation rows that the fit is watched on, so that watching costs a few per cent of it. */
const WATCHED = 5000

/**
 * Fits a flow to a table and writes the model, then samples and a picture. Ctrl-C ends the fit with the best parameters so far, which
 * are saved; the report says so.
 */
export async function runFit(job: FitJob, io: IO): Promise<FitReport> {
  const say = (text: string): void => {
    if (!job.quiet) io.err.write(text)
  }
  for (const path of [job.model, job.picture, job.samples?.path]) if (path !== undefined) await ensureWritable(path)
  const prepared = await prepare(job, say)
  const { columns, rows } = prepared
  const flow = recipe(job.flow, columns.length, job.sizes)
  await useBackend(job.backend, { work: largestProduct(flow, batchOf(job, prepared)), log: (text) => say(`${text}\n`) })
  flow.init({ seed: job.seed })
  const parameters = [...flow.parameters().values()].reduce(
    (sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1),
    0,
  )
  say(`${job.flow}: ${whole(parameters)} parameters, on ${currentBackend()}\n`)
  const interrupt = new Interrupt(() => say('\nstopping: the best model so far is saved (Ctrl-C again ends at once)\n'))
  try {
    const result = await train(flow, prepared, job, interrupt.signal, io)
    const { test, summary } = await assess(flow, prepared, result, interrupt.signal)
    await writeAtomically(job.model, saveFlow(flow, { preprocessing: { columns }, seed: job.seed, training: summary }))
    const validation = nllOf(columns, evenly(rows.validation, WATCHED).logDet, result.validationNll!)
    const baselines = interrupt.signal.aborted ? NO_BASELINES : await computeBaselines(prepared, say)
    const files: { model: string; samples?: string; picture?: string } = { model: job.model }
    const report = {
      dataset: job.name,
      backend: currentBackend(),
      flow: job.flow,
      parameters,
      columns: columns.map((column) => ({ name: column.name, treatment: describeColumn(column) })),
      rows: summary.rows!,
      steps: result.steps,
      bestStep: result.bestStep,
      stopped: result.stopped,
      engine: result.engine,
      ...(result.threads === undefined ? {} : { threads: result.threads }),
      seconds: result.seconds,
      validationNll: validation.standardised,
      testNll: test.standardised,
      testNllData: test.data,
      baselines,
      files,
    }
    if (job.samples && !interrupt.signal.aborted) {
      const { path, count } = job.samples
      await writeAtomically(path, csvOf(fromModel(columns, draw(flow, count, { seed: job.seed })), columns))
      files.samples = path
    }
    if (job.picture !== undefined && !interrupt.signal.aborted) {
      await drawPicture(job.picture, flow, prepared, job, report)
      files.picture = job.picture
    }
    return { ...report, interrupted: interrupt.signal.aborted }
  } finally {
    interrupt.release()
    flow.dispose()
  }
}

const batchOf = (job: FitJob, { split }: Prepared): number => job.batch ?? Math.min(DEFAULT_BATCH, split.train.length)

async function train(flow: Flow, prepared: Prepared, job: FitJob, signal: AbortSignal, io: IO): Promise<FitResult> {
  const { columns, rows } = prepared
  const steps = job.steps ?? (job.maxSeconds === undefined ? DEFAULT_STEPS : undefined)
  const watched = evenly(rows.validation, WATCHED)
  const inStandard = (part: ModelRows) => (nll: number) => nllOf(columns, part.logDet, 0).standardised + nll
  const view = progressView(io.err, { train: inStandard(rows.train), validation: inStandard(watched) }, job.quiet)
  try {
    return await fit(flow, rows.train.values, {
      ...(steps === undefined ? {} : { steps }),
      ...(job.maxSeconds === undefined ? {} : { maxSeconds: job.maxSeconds }),
      ...(job.patience === undefined ? {} : { patience: job.patience }),
      ...(job.engine === undefined ? {} : { engine: job.engine }),
      batchSize: batchOf(job, prepared),
      learningRate: job.learningRate,
      schedule: schedules.cosine(),
      clipNorm: CLIP_NORM,
      seed: job.seed,
      validation: { data: watched.values },
      signal,
      onProgress: (progress) => view.update(progress),
    })
  } finally {
    view.stop()
  }
}
