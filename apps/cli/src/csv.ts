import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { EbbflowError } from '@ebbflow/core'
import type { Table } from '@ebbflow/training'
import { CsvError, parse } from 'csv-parse'
import { ColumnReader } from './columns.js'
import { CSV, delimiterOf, RecordReader, whatIsWrong } from './records.js'

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
  const delimiter = delimiterOf(await beginning(path))
  const parser = parse({ ...CSV, delimiter })
  pipeline(createReadStream(path), parser, () => {}) // an error reaches the loop below through the parser
  const reader = new RecordReader(path, columns)
  for await (const record of parser as AsyncIterable<string[]>) reader.add(record)
  return reader.table()
}

/** The first lines of a file. */
async function beginning(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536), 0, 65_536, 0)
    return buffer.toString(buffer[0] === 0xff && buffer[1] === 0xfe ? 'utf16le' : 'utf8', 0, bytesRead)
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
  if (error instanceof CsvError) return new EbbflowError('data', `${path}${whatIsWrong(error)}`, { cause: error })
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (error instanceof Error && typeof code === 'string' && code in REASONS)
    return new EbbflowError('file', `${path}: ${REASONS[code]}`, { cause: error })
  return error
}
