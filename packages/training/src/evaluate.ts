import { type Call, currentBackend, type Rng, withBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Dataset, gather, type PerRow, tensorsOf, toDataset } from './batches/dataset.js'
import type { RowsLike } from './batches/rows.js'
import { range } from './batches/sampler.js'
import { Pace } from './pace.js'
import type { Trainable } from './trainable.js'

/** Options of {@link evaluate}. */
export interface EvaluateOptions extends PerRow {
  /** Rows computed at once, which bounds the memory. Default 1024. */
  chunk?: number
  /** For flows whose layers only estimate their log-determinants, the source of the estimates' noise: the mean is an estimate then. */
  estimate?: Rng
}

/**
 * The mean negative log-likelihood −Σ wᵢ log p(xᵢ) / Σ wᵢ in nats of any number of rows, summed in double precision over chunks
 * of bounded size; ∞ when a row has density zero, NaN when one is NaN. Gives way to the event loop as it runs.
 *
 * @throws EbbflowError `data` for rows that are not finite or of another width; `unsupported` where the flow only estimates its
 * log-density and no `estimate` is asked for.
 * @example
 * ```ts
 * const testNll = await evaluate(flow, testRows)
 * ```
 */
export async function evaluate(flow: Trainable, rows: RowsLike, options: EvaluateOptions = {}): Promise<number> {
  const pace = new Pace()
  const dataset = await toDataset(rows, options, flow, pace)
  return meanNllOf(
    flow,
    dataset,
    range(dataset.table.rows),
    options.chunk ?? 1024,
    pace,
    currentBackend(),
    options.estimate,
  )
}

/** The mean negative log-likelihood of some rows of a dataset, computed on `backend`. */
export async function meanNllOf(
  flow: Pick<Trainable, 'logProbIn'>,
  dataset: Dataset,
  index: Int32Array,
  chunk: number,
  pace: Pace,
  backend: string,
  estimate?: Rng,
): Promise<number> {
  let sum = 0
  let total = 0
  for (let start = 0; start < index.length; start += chunk) {
    const part = index.subarray(start, start + chunk)
    const logProb = withBackend(backend, () =>
      tf.tidy(() => {
        const { x, context } = tensorsOf(gather(dataset, part))
        const noise = estimate && { estimate: true, rng: estimate.split(start) }
        const call: Call = { mode: 'eval', ...(context && { context }), ...noise }
        return flow.logProbIn(x, call).dataSync()
      }),
    )
    for (let i = 0; i < part.length; i++) {
      const weight = dataset.weights?.[part[i]!] ?? 1
      total += weight
      // a row that counts for nothing must not turn 0 · ∞ into NaN
      if (weight > 0) sum -= weight * logProb[i]!
    }
    if (pace.due) await pace.turn()
  }
  return sum / total
}
