import { currentBackend, EbbflowError } from '@ebbflow/core'
import type { Flow, TrainingSummary } from '@ebbflow/flows'
import type { FitResult, ModelRows } from '@ebbflow/training'
import { gaussianNll, kernelNll } from '../baselines.js'
import { breathe } from '../io.js'
import { logDensities, type Nll, nllOf, quantilesOf } from '../scores.js'
import { evenly, type Prepared } from './prepare.js'
import type { FitReport } from './types.js'

/** Training rows that the quantiles are taken from; fewer after Ctrl-C, to be done soon. */
const QUANTILE_ROWS = { full: 20_000, interrupted: 4096 }

/** The likelihood of the test rows, and what the model file tells about the fit. */
export async function assess(
  flow: Flow,
  { columns, rows, split }: Prepared,
  result: FitResult,
  signal: AbortSignal,
): Promise<{ test: Nll; summary: TrainingSummary }> {
  const logTest = await logDensities(flow, rows.test)
  const data = -logTest.reduce((a, b) => a + b, 0) / logTest.length
  const test = nllOf(columns, rows.test.logDet, data + rows.test.logDet.reduce((a, b) => a + b, 0) / logTest.length)
  const some = evenly(rows.train, signal.aborted ? QUANTILE_ROWS.interrupted : QUANTILE_ROWS.full)
  return {
    test,
    summary: {
      steps: result.steps,
      bestStep: result.bestStep,
      seconds: result.seconds,
      backend: currentBackend(),
      rows: { train: split.train.length, validation: split.validation.length, test: split.test.length },
      testNll: test,
      quantiles: quantilesOf(await logDensities(flow, some)),
    },
  }
}

/** The baselines of a fit that was interrupted. */
export const NO_BASELINES = { gaussian: null, kernel: null, kernels: 0 }

/** What simpler densities reach on the same rows after the same preprocessing. */
export async function computeBaselines(
  { columns, rows }: Prepared,
  say: (text: string) => void,
): Promise<FitReport['baselines']> {
  const matrix = ({ values }: ModelRows) => ({ values, width: columns.length })
  const parts = { train: matrix(rows.train), validation: matrix(rows.validation), test: matrix(rows.test) }
  const standard = (nll: number): number => nllOf(columns, rows.test.logDet, nll).standardised
  await breathe()
  let gaussian: number | null = null
  try {
    gaussian = standard(gaussianNll(parts.train, parts.test))
  } catch (error) {
    if (!(error instanceof EbbflowError && error.code === 'singular')) throw error
    say(`note: no full Gaussian: ${error.message}\n`)
  }
  await breathe()
  const kernel = kernelNll(parts)
  await breathe()
  return { gaussian, kernel: standard(kernel.nll), kernels: kernel.kernels }
}
