import { type BackendName, EbbflowError, useBackend } from '@ebbflow/core'
import { standardisedOffset, type Table, toModel } from '@ebbflow/training'
import { readTable } from '../csv.js'
import { inFile } from '../failure.js'
import type { IO } from '../io.js'
import { loadModel } from '../model.js'
import { csvOf } from '../rows.js'
import { logDensities, type Quantiles, shareLessLikely } from '../scores.js'
import { nats, whole } from '../words.js'
import { ensureWritable, writeAtomically } from '../write.js'

/** Options of `ebbflow logprob`. */
export interface LogprobOptions {
  readonly backend: BackendName
  readonly out?: string
  readonly json: boolean
}

/** Scores the rows of a table: log-density in the data's units, and the share of training rows that are less likely. */
export async function logprobCommand(model: string, data: string, options: LogprobOptions, io: IO): Promise<void> {
  const { out, json } = options
  if (out !== undefined) await ensureWritable(out)
  // rows may go to standard output
  await useBackend(options.backend, { quiet: true })
  const { flow, columns, file } = await loadModel(model)
  const table = await readTable(data, { columns: columns.map(({ name }) => name) })
  const logDensity = await logDensities(flow, toModel(columns, table, { seed: file.seed })).catch((error: unknown) => {
    throw inFile(data, error)
  })
  const quantiles = file.training.quantiles as Quantiles | undefined
  if (!quantiles) throw new EbbflowError('file', `${model}: the model does not hold the quantiles of its training rows`)
  const share = logDensity.map((value) => shareLessLikely(quantiles, value))
  const scores: Table = {
    names: [...table.names, 'log_density', 'share_less_likely'],
    columns: [...table.columns, logDensity.map(rounded), share.map(rounded)],
    rows: table.rows,
  }
  const nll = -logDensity.reduce((a, b) => a + b, 0) / table.rows
  const below = (level: number): number => share.filter((s) => s < level).length
  const least = [...logDensity.keys()].sort((a, b) => logDensity[a]! - logDensity[b]!)[0]!
  if (out !== undefined) await writeAtomically(out, csvOf(scores))
  if (json) {
    const finite = Number.isFinite(nll)
    io.out(
      `${JSON.stringify({
        model,
        data,
        rows: table.rows,
        nllData: finite ? nll : null,
        nll: finite ? nll - standardisedOffset(columns) : null,
        outsideSupport: logDensity.filter((value) => value === -Infinity).length,
        leastLikely: { shareBelow: 0.01, rows: below(0.01) },
        // JSON has no −∞
        ...(out === undefined
          ? { logDensity: Array.from(logDensity, finiteOrNull), shareLessLikely: Array.from(share) }
          : { files: { scores: out } }),
      })}\n`,
    )
    return
  }
  if (out === undefined) for (const piece of csvOf(scores)) io.out(piece)
  io.err.write(
    [
      `${whole(table.rows)} rows: NLL ${nats(nll)} nats a row in the data's units, ${nats(nll - standardisedOffset(columns))} standardised`,
      `${whole(below(0.01))} rows less likely than all but 1 % of the training rows; the least likely: ${table.locate?.(least) ?? `row ${least + 1}`}`,
      ...(out === undefined ? [] : [`scores in ${out}`]),
      '',
    ].join('\n'),
  )
}

const rounded = (value: number): number => (Number.isFinite(value) ? Number(value.toPrecision(7)) : value)
const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null)
