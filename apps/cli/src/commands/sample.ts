import { type BackendName, useBackend } from '@ebbflow/core'
import { draw } from '@ebbflow/flows'
import { fromModel, type Table } from '@ebbflow/training'
import type { IO } from '../io.js'
import { loadModel } from '../model.js'
import { csvOf } from '../rows.js'
import { ensureWritable, writeAtomically } from '../write.js'

/** Options of `ebbflow sample`. */
export interface SampleOptions {
  readonly count: number
  readonly seed: number | string
  readonly temperature: number
  readonly backend: BackendName
  readonly out?: string
  readonly json: boolean
}

/** Draws rows in the data's units, as CSV in a file or on standard output. */
export async function sampleCommand(model: string, options: SampleOptions, io: IO): Promise<void> {
  const { count, seed, temperature, out, json } = options
  if (out !== undefined) await ensureWritable(out)
  // rows may go to standard output
  await useBackend(options.backend, { quiet: true })
  const { flow, columns } = await loadModel(model)
  const table = fromModel(columns, draw(flow, count, { seed, temperature }))
  if (out !== undefined) await writeAtomically(out, csvOf(table, columns))
  if (json)
    io.out(
      `${JSON.stringify({ model, seed, rows: count, columns: table.names, ...(out === undefined ? { samples: records(table) } : { files: { samples: out } }) })}\n`,
    )
  else if (out === undefined) for (const piece of csvOf(table, columns)) io.out(piece)
  else io.err.write(`${count} rows in ${out}\n`)
}

const records = (table: Table): number[][] =>
  Array.from({ length: table.rows }, (_, r) => table.columns.map((column) => column[r]!))
