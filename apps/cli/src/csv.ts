import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { EbbflowError } from '@ebbflow/core'
import type { Table } from '@ebbflow/training'
import { CsvError, parse } from 'csv-parse'
import { ColumnReader, numberOf } from './columns.js'

/** Options of {@link readTable}. */
export interface ReadOptions {
  /** Columns to read, in this order. Default: all. */
  readonly columns?: readonly string[] | undefined
}

/**
 * Reads columns of numbers from a CSV file with a header line, or, where its name ends in `.json`, from a JSON array of records.
 * A delimiter of `,`, `;`, tab or `|` is found from the header.
 *
 * @throws EbbflowError `file` when it cannot be read, `data` naming file, line and column for anything wrong in it.
 */
export async function readTable(path: string, options: ReadOptions = {}): Promise<Table> {
  try {
    const table = path.toLowerCase().endsWith('.json') ? await readJson(path, options) : await readCsv(path, options)
    if (table.rows === 0) throw new EbbflowError('data', `${path}: there are no rows below the header`)
    return table
  } catch (error) {
    throw readable(error, path)
  }
}

async function readCsv(path: string, { columns }: ReadOptions): Promise<Table> {
  const delimiter = await findDelimiter(path)
  // named line breaks, as a file may mix them
  const parser = parse({ bom: true, delimiter, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true })
  pipeline(createReadStream(path), parser, () => {}) // an error reaches the loop below through the parser
  const place = (line: number): string => `${path}, line ${line}`
  let reader: ColumnReader | undefined
  let width = 0
  let line = 1
  /** An empty line, which is an error only when rows follow it in a file of one column. */
  let blank = 0
  for await (const record of parser as AsyncIterable<string[]>) {
    const at = line
    line += 1 + breaksIn(record)
    if (record.length === 1 && record[0] === '') {
      blank ||= at
      continue
    }
    if (!reader) {
      const header = record.map((name) => name.trim())
      refuseNumbers(header, place(at))
      reader = new ColumnReader(header, columns, place, place(at))
      width = header.length
      blank = 0
      continue
    }
    if (blank && width === 1)
      throw new EbbflowError('data', `${place(blank)}, column '${reader.names[0]}': the cell is empty`)
    if (record.length !== width)
      throw new EbbflowError(
        'data',
        `${place(at)}: the row is too ${record.length < width ? 'short' : 'long'}: ${count(record.length, 'value')} for ${count(width, 'column')}`,
      )
    reader.add(record, at)
  }
  if (!reader) throw new EbbflowError('data', `${path}: the file is empty`)
  return reader.table()
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

async function findDelimiter(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536), 0, 65_536, 0)
    const text = buffer.toString(buffer[0] === 0xff && buffer[1] === 0xfe ? 'utf16le' : 'utf8', 0, bytesRead)
    const header = /^\s*([^\r\n]*)/.exec(text)?.[1]?.replace(/"[^"]*"/g, '') ?? ''
    const counted = [',', ';', '\t', '|'].map((mark) => ({ mark, times: header.split(mark).length - 1 }))
    return counted.reduce((best, next) => (next.times > best.times ? next : best)).mark
  } finally {
    await file.close()
  }
}

async function readJson(path: string, { columns }: ReadOptions): Promise<Table> {
  const text = await readFile(path, 'utf8')
  if (text.trim() === '') throw new EbbflowError('data', `${path}: the file is empty`)
  let records: unknown
  try {
    records = JSON.parse(text)
  } catch (cause) {
    throw new EbbflowError('data', `${path}: not JSON: ${(cause as Error).message}`, { cause })
  }
  if (!Array.isArray(records) || !records.every((r) => typeof r === 'object' && r !== null && !Array.isArray(r)))
    throw new EbbflowError('data', `${path}: not an array of records such as [{"a": 1, "b": 2}]`)
  const rows = records as Record<string, unknown>[]
  const header = Object.keys(rows[0] ?? {})
  const place = (at: number): string => `${path}, record ${at}`
  const reader = new ColumnReader(header, rows.length === 0 ? [] : columns, place, path)
  for (const [i, row] of rows.entries()) {
    const missing = reader.names.find((name) => !Object.hasOwn(row, name))
    if (missing !== undefined)
      throw new EbbflowError('data', `${place(i + 1)}: the record is too short: it has no '${missing}'`)
    reader.add(
      header.map((name) => row[name]),
      i + 1,
    )
  }
  return reader.table()
}

const REASONS: Record<string, string> = {
  ENOENT: 'no such file',
  EISDIR: 'is a folder, not a file',
  EACCES: 'may not be read',
  ENOTDIR: 'no such file',
}

/** The error of a system call on a file, or of the parser, as one that people read. */
export function readable(error: unknown, path: string): unknown {
  if (error instanceof CsvError) {
    const lines = typeof error.lines === 'number' ? `, line ${error.lines}` : ''
    const what =
      error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote is opened and never closed, up to the last line' : error.message
    return new EbbflowError('data', `${path}${lines}: ${what}`, { cause: error })
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (error instanceof Error && typeof code === 'string' && code in REASONS)
    return new EbbflowError('file', `${path}: ${REASONS[code]}`, { cause: error })
  return error
}
