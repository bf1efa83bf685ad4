import { CSV, delimiterOf, RecordReader, whatIsWrong } from '@ebbflow/cli/records'
import { CsvError, parse } from 'csv-parse/browser/esm/sync'
import type { Header } from './protocol.js'

/** Rows by which it is judged which columns hold numbers. */
const JUDGED = 200

function records(text: string, name: string, to?: number): string[][] {
  try {
    return parse(text, { ...CSV, delimiter: delimiterOf(text.slice(0, 65_536)), ...(to !== undefined && { to }) })
  } catch (error) {
    if (error instanceof CsvError) throw new Error(`${name}${whatIsWrong(error)}`)
    throw error
  }
}

/** The names of a table's columns, and which of them hold numbers in most of the first rows. */
export function headerOf(text: string, name: string): Header {
  const [head = [], ...rows] = records(text, name, JUDGED + 1).filter((record) => record.length > 1 || record[0] !== '')
  return {
    names: head.map((cell) => cell.trim()),
    numeric: head.map((_, c) => {
      const cells = rows.map((row) => row[c]?.trim() ?? '')
      return cells.filter((cell) => cell !== '' && Number.isFinite(Number(cell))).length > rows.length / 2
    }),
  }
}

/** The chosen columns of a table as numbers; errors name line and column, as the command's do. */
export function tableColumns(text: string, name: string, columns: readonly string[]) {
  const reader = new RecordReader(name, columns)
  try {
    for (const record of records(text, name)) reader.add(record)
    const table = reader.table()
    if (table.rows === 0) throw new Error(`${name}: there are no rows below the header`)
    return { names: [...table.names], columns: [...table.columns] }
  } catch (error) {
    // the command's flag is a row of boxes here
    throw new Error(
      (error as Error).message.replace(/; [^;]*--columns[^;]*$/, '; leave that column out, or mend the file'),
    )
  }
}
