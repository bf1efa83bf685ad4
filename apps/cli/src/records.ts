import { EbbflowError } from '@ebbflow/core'
import type { Table } from '@ebbflow/training'
import { ColumnReader, numberOf } from './columns.js'

/** How csv-parse is to read a table: line breaks are named, as a file may mix them. */
export const CSV = { bom: true, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true }

/** Which of `,`, `;`, tab and `|` a file is delimited by, from how its header begins. */
export function delimiterOf(text: string): string {
  const header = /^\s*([^\r\n]*)/.exec(text)?.[1]?.replace(/"[^"]*"/g, '') ?? ''
  const counted = [',', ';', '\t', '|'].map((mark) => ({ mark, times: header.split(mark).length - 1 }))
  return counted.reduce((best, next) => (next.times > best.times ? next : best)).mark
}

/** Reads the records of a CSV file, of which the first is its header, into columns of numbers. */
export class RecordReader {
  readonly #file: string
  readonly #columns: readonly string[] | undefined
  #reader: ColumnReader | undefined
  #width = 0
  #line = 1
  /** An empty line, which is an error only when rows follow it in a file of one column. */
  #blank = 0

  /** @param columns which to read, in this order. Default: all. */
  constructor(file: string, columns?: readonly string[]) {
    this.#file = file
    this.#columns = columns
  }

  /**
   * Takes the next record.
   *
   * @throws EbbflowError `data` naming file, line and column for anything wrong in it.
   */
  add(record: readonly string[]): void {
    const at = this.#line
    this.#line += 1 + breaksIn(record)
    if (record.length === 1 && record[0] === '') {
      this.#blank ||= at
      return
    }
    if (this.#reader) this.#row(this.#reader, record, at)
    else this.#head(record, at)
  }

  #place = (line: number): string => `${this.#file}, line ${line}`

  #head(record: readonly string[], at: number): void {
    const header = record.map((name) => name.trim())
    refuseNumbers(header, this.#place(at))
    this.#reader = new ColumnReader(header, this.#columns, this.#place, this.#place(at))
    this.#width = header.length
    this.#blank = 0
  }

  #row(reader: ColumnReader, record: readonly string[], at: number): void {
    const width = this.#width
    if (this.#blank && width === 1)
      throw new EbbflowError('data', `${this.#place(this.#blank)}, column '${reader.names[0]}': the cell is empty`)
    if (record.length !== width)
      throw new EbbflowError(
        'data',
        `${this.#place(at)}: the row is too ${record.length < width ? 'short' : 'long'}: ${count(record.length, 'value')} for ${count(width, 'column')}`,
      )
    reader.add(record, at)
  }

  /** What was read. */
  table(): Table {
    if (!this.#reader) throw new EbbflowError('data', `${this.#file}: the file is empty`)
    return this.#reader.table()
  }
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

/** Line breaks within quoted cells. */
function breaksIn(record: readonly string[]): number {
  let breaks = 0
  for (const cell of record)
    if (cell.includes('\n') || cell.includes('\r')) breaks += cell.match(/\r\n|\n|\r/g)?.length ?? 0
  return breaks
}

/** A header of numbers that are not whole is a row of data; whole ones may be years. */
function refuseNumbers(header: readonly string[], head: string): void {
  const numbers = header.map(numberOf)
  if (!numbers.some(Number.isNaN) && numbers.some((n) => !Number.isInteger(n)))
    throw new EbbflowError('data', `${head}: numbers where the columns' names should be; add a header line`)
}

/** Where csv-parse stopped and why, as people read it. */
export function whatIsWrong(error: {
  readonly code?: string
  readonly message: string
  readonly lines?: unknown
}): string {
  const lines = typeof error.lines === 'number' ? `, line ${error.lines}` : ''
  const what =
    error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote is opened and never closed, up to the last line' : error.message
  return `${lines}: ${what}`
}
