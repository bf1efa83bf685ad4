import { EbbflowError } from '@ebbflow/core'

/** Named columns of finite numbers, all of one length. */
export interface Table {
  readonly names: readonly string[]
  readonly columns: readonly Float64Array[]
  readonly rows: number
  /** Where a row stands, in words (`flights.csv, line 18`). Default: its number, counted from 1. */
  readonly locate?: (row: number) => string
}

/** Where a row of a table stands, in words. */
export const locateRow = (table: Table, row: number): string => table.locate?.(row) ?? `row ${row + 1}`

/** The columns of `table` by name, in the order of `names`; throws a `data` error for a name that it lacks. */
export function pickColumns(table: Table, names: readonly string[]): Table {
  const columns = names.map((name) => {
    const column = table.columns[table.names.indexOf(name)]
    if (!column)
      throw new EbbflowError('data', `no column '${name}'`, { expected: table.names.join(', '), received: name })
    return column
  })
  return { ...table, names, columns }
}
