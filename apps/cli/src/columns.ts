import { EbbflowError } from '@ebbflow/core'
import type { Table } from '@ebbflow/training'

/** Collects the chosen columns of a file, row by row, and remembers where each row stands. */
export class ColumnReader {
  readonly names: readonly string[]
  /** Place of each chosen column among the file's. */
  readonly places: readonly number[]
  readonly #columns: Float64Array[]
  readonly #place: (at: number) => string
  #where = new Int32Array(1024)
  #rows = 0

  /**
   * @param place where a row stands, in words, by the number that {@link add} is given.
   * @throws EbbflowError `data` for a duplicate name, a name that is not there, or a column without one.
   */
  constructor(
    header: readonly string[],
    wanted: readonly string[] | undefined,
    place: (at: number) => string,
    head: string,
  ) {
    const first = new Map<string, number>()
    for (const [i, name] of header.entries()) {
      const before = first.get(name)
      if (before !== undefined && name !== '' && (wanted ?? header).includes(name))
        throw new EbbflowError('data', `${head}: columns ${before + 1} and ${i + 1} are both named '${name}'`)
      first.set(name, i)
    }
    const nameless = wanted ? -1 : header.indexOf('')
    if (nameless >= 0)
      throw new EbbflowError('data', `${head}: column ${nameless + 1} has no name; choose others with --columns a,b`)
    this.names = wanted ?? header
    this.places = this.names.map((name) => {
      const at = name === '' ? undefined : first.get(name)
      if (at === undefined)
        throw new EbbflowError('data', `${head}: no column '${name}'; there are ${header.filter(Boolean).join(', ')}`)
      return at
    })
    this.#columns = this.names.map(() => new Float64Array(1024))
    this.#place = place
  }

  /** Takes a row that stands at `at`; `values` are the file's cells in its own order. */
  add(values: readonly unknown[], at: number): void {
    const row = this.#rows
    if (row === this.#where.length) this.#grow()
    this.#where[row] = at
    for (const [c, place] of this.places.entries()) {
      const cell = values[place]
      const value = typeof cell === 'string' ? numberOf(cell) : cell
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw new EbbflowError('data', `${this.#place(at)}, column '${this.names[c]}': ${whyNot(cell)}`)
      this.#columns[c]![row] = value
    }
    this.#rows++
  }

  /** What was collected. */
  table(): Table {
    const where = this.#where.slice(0, this.#rows)
    const place = this.#place
    return {
      names: this.names,
      columns: this.#columns.map((column) => column.slice(0, this.#rows)),
      rows: this.#rows,
      locate: (row) => place(where[row] ?? 0),
    }
  }

  #grow(): void {
    const size = 2 * this.#where.length
    const where = new Int32Array(size)
    where.set(this.#where)
    this.#where = where
    for (const [c, column] of this.#columns.entries()) {
      const grown = new Float64Array(size)
      grown.set(column)
      this.#columns[c] = grown
    }
  }
}

const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i

/** A decimal number, or NaN for anything else. */
export const numberOf = (text: string): number => (DECIMAL.test(text) ? Number(text) : Number.NaN)

function whyNot(cell: unknown): string {
  if (cell === undefined || cell === null || (typeof cell === 'string' && cell.trim() === ''))
    return 'the cell is empty'
  const shown = typeof cell === 'string' ? `'${cell.trim().slice(0, 40)}'` : JSON.stringify(cell).slice(0, 40)
  if (typeof cell === 'string' && /^\s*[+-]?(nan|na|null|inf|infinity|∞)\s*$/i.test(cell))
    return `${shown} is not a finite number`
  if (typeof cell === 'string' && Number.isNaN(numberOf(cell)))
    return `${shown} is not a number${/^\s*[+-]?\d+,\d+\s*$/.test(cell) ? ' (decimals take a point)' : ''}; name the columns of numbers with --columns`
  if (typeof cell === 'string') return `${shown} is not a finite number`
  return `${shown} is not a number`
}
