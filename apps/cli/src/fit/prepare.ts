import { EbbflowError } from '@ebbflow/core'
import {
  type ColumnTransform,
  describeColumn,
  fitPreprocessing,
  type ModelRows,
  type Split,
  splitRows,
  type Table,
  toModel,
} from '@ebbflow/training'
import { readTable } from '../csv.js'
import { inFile } from '../failure.js'
import { columns as inColumns, whole } from '../words.js'
import type { FitJob } from './types.js'

/** Data ready to be fitted. */
export interface Prepared {
  readonly table: Table
  readonly split: Split
  readonly columns: ColumnTransform[]
  readonly rows: { readonly train: ModelRows; readonly validation: ModelRows; readonly test: ModelRows }
}

/** Reads the data, parts them, finds the preprocessing, and says so. */
export async function prepare(job: FitJob, say: (text: string) => void): Promise<Prepared> {
  const table = await readTable(job.data, { columns: job.columns })
  try {
    const split = splitRows(table.rows, job.split, job.seed)
    if (job.batch !== undefined && split.train.length < job.batch)
      throw new EbbflowError(
        'data',
        `fewer rows than a batch: of ${whole(table.rows)} rows ${whole(split.train.length)} are for training, and a batch takes ${whole(job.batch)}; choose fewer with --batch`,
      )
    const { columns, notes } = fitPreprocessing(table, { train: split.train, choices: job.choices, seed: job.seed })
    const part = (rows: Int32Array): ModelRows => toModel(columns, table, { seed: job.seed, rows })
    say(
      `${job.name}: ${whole(table.rows)} rows, of which ${whole(split.train.length)} to train, ${whole(split.validation.length)} to validate, ${whole(split.test.length)} to test\n`,
    )
    say(`${inColumns(columns.map((column) => [`  ${column.name}`, describeColumn(column)]))}\n`)
    for (const note of notes) say(`  note: ${note}\n`)
    const rows = { train: part(split.train), validation: part(split.validation), test: part(split.test) }
    return { table, split, columns, rows }
  } catch (error) {
    throw inFile(job.data, error)
  }
}

/** At most `limit` of the rows, evenly spaced. */
export function evenly(rows: ModelRows, limit: number): ModelRows {
  const count = rows.logDet.length
  if (count <= limit) return rows
  const width = rows.values.length / count
  const values = new Float64Array(limit * width)
  const logDet = new Float64Array(limit)
  for (let i = 0; i < limit; i++) {
    const from = Math.floor((i * count) / limit)
    values.set(rows.values.subarray(from * width, (from + 1) * width), i * width)
    logDet[i] = rows.logDet[from]!
  }
  return { values, logDet }
}
