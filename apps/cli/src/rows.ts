import type { ColumnTransform, Table } from '@ebbflow/training'
import { stringify } from 'csv-stringify/sync'

const BLOCK = 4096

/** A column's values as they are written: a lattice's points exactly, others to what single precision holds. */
function writer(column: ColumnTransform | undefined): (value: number) => string {
  const exact = !column || column.steps.some((step) => step.type === 'dequantise')
  return exact ? String : (value) => String(Number(value.toPrecision(9)))
}

/** A table as CSV, piece by piece. */
export function* csvOf(table: Table, transforms: readonly ColumnTransform[] = []): Generator<string> {
  yield stringify([[...table.names]])
  const write = table.names.map((name) => writer(transforms.find((column) => column.name === name)))
  for (let start = 0; start < table.rows; start += BLOCK) {
    const end = Math.min(table.rows, start + BLOCK)
    const records = Array.from({ length: end - start }, (_, i) =>
      table.columns.map((column, c) => write[c]!(column[start + i]!)),
    )
    yield stringify(records)
  }
}
