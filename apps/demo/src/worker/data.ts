import {
  type ColumnChoice,
  type ColumnTransform,
  describeColumn,
  fitPreprocessing,
  fromModel,
  splitRows,
  type Table,
  toModel,
} from '@ebbflow/training'
import type { Columns, Treatment } from './protocol.js'

const CHOICES: Record<Treatment, ColumnChoice | undefined> = {
  plain: {},
  unit: { bounded: { lower: 0, upper: 1 } },
  found: undefined,
}

/** Most rows that the held-out likelihood is taken of. */
const HELD = 2000

/** Data ready for a flow: rows in model units, and the way back. */
export interface Prepared {
  readonly transforms: readonly ColumnTransform[]
  readonly notes: readonly string[]
  readonly train: Float32Array
  readonly held: Float32Array
  /** Mean of ln|d model / d data| over the rows of each part. */
  readonly logDet: { readonly train: number; readonly held: number }
}

/** A table of columns with rows named by number. */
export const tableOf = (names: readonly string[], columns: readonly Float64Array[]): Table => ({
  names,
  columns,
  rows: columns[0]?.length ?? 0,
})

/** Parts the rows, finds what each column is, and carries them to model units. */
export function prepare(data: Columns, seed: number, known?: readonly ColumnTransform[]): Prepared {
  const table = tableOf(data.names, data.columns)
  const { train, validation, test } = splitRows(table.rows)
  const choice = CHOICES[data.treatment]
  const choices = choice && { choices: new Map(data.names.map((name) => [name, choice])) }
  const found = known ? { columns: [...known], notes: [] } : fitPreprocessing(table, { train, seed, ...choices })
  const rows = toModel(found.columns, table, { seed, rows: train })
  const heldRows = Int32Array.from([...validation, ...test]).slice(0, HELD)
  const held = toModel(found.columns, table, { seed, rows: heldRows })
  return {
    transforms: found.columns,
    notes: found.notes,
    train: Float32Array.from(rows.values),
    held: Float32Array.from(held.values),
    logDet: { train: mean(rows.logDet), held: mean(held.logDet) },
  }
}

/** What is done to each column, in words. */
export const described = (transforms: readonly ColumnTransform[]): { name: string; what: string }[] =>
  transforms.map((column) => ({ name: column.name, what: describeColumn(column) }))

/** Model rows of places in data units: continuous ones, so that nothing is dequantised. */
export function placed(transforms: readonly ColumnTransform[], columns: readonly Float64Array[]) {
  const smooth = transforms.map((column) => ({
    ...column,
    steps: column.steps.filter(({ type }) => type !== 'dequantise'),
  }))
  return toModel(
    smooth,
    tableOf(
      transforms.map(({ name }) => name),
      columns,
    ),
  )
}

/** Rows in data units, row by row, of rows in model units. */
export function unplaced(
  transforms: readonly ColumnTransform[],
  values: ArrayLike<number>,
  floor: boolean,
): Float32Array {
  const table = fromModel(transforms, values, { floor })
  const out = new Float32Array(values.length)
  table.columns.forEach((column, c) => {
    for (let r = 0; r < table.rows; r++) out[r * table.columns.length + c] = column[r]!
  })
  return out
}

const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length)
