import { EbbflowError, Rng } from '@ebbflow/core'
import type { ColumnChoice } from './choice.js'
import { type ColumnTransform, forward, inverse, type Moved, type Step } from './columns.js'
import { detect } from './detect.js'
import { cellOf, findLattice, latticeThrough, pointOf, showStep } from './lattice.js'
import { locateRow, type Table } from './table.js'

/** Options of {@link fitPreprocessing}. */
export interface PreprocessingOptions {
  /** Rows that statistics are taken from. Default: all. */
  readonly train?: Int32Array
  /** What is wanted for a column, instead of what is found. */
  readonly choices?: ReadonlyMap<string, ColumnChoice>
  /** Seed of the dequantisation noise. Default 0. */
  readonly seed?: number | string
}

/** Model inputs, row by row, and for each row ln |d model / d data|. */
export interface ModelRows {
  /** `[rows, columns]`, row-major. */
  readonly values: Float64Array
  /** `[rows]`; −∞ where a value has no density. */
  readonly logDet: Float64Array
}

/** The places within cells that a column's rows take, in (0, 1): the same for a seed, a column and a row's number. */
const noiseFor = (seed: number | string, name: string, rows: number): Float32Array =>
  Rng.seed(seed).split('dequantise').split(name).values('uniform', rows)

/**
 * Finds how each column becomes a model input: what it is (a lattice, bounded, logarithmic, plain) from all rows, its mean and
 * deviation from the training rows.
 *
 * @returns the columns' transformations, and notes for the user in words.
 * @throws EbbflowError `data` naming column and row: a constant column, a value outside the stated bounds or off the stated lattice.
 */
export function fitPreprocessing(
  table: Table,
  options: PreprocessingOptions = {},
): { columns: ColumnTransform[]; notes: string[] } {
  for (const name of options.choices?.keys() ?? [])
    if (!table.names.includes(name))
      throw new EbbflowError('data', `no column '${name}'`, { expected: table.names.join(', '), received: name })
  const notes: string[] = []
  const columns = table.names.map((name, c): ColumnTransform => {
    const values = table.columns[c]!
    const sorted = values.slice().sort()
    if (sorted[0] === sorted[sorted.length - 1])
      throw new EbbflowError(
        'data',
        `column '${name}' is constant: it is ${sorted[0]} in every row, so it has no density`,
      )
    const choice = options.choices?.get(name)
    let found: Step[]
    if (choice) found = chosen(table, c, sorted, choice)
    else {
      const detected = detect(sorted)
      found = detected.steps
      if (detected.note) notes.push(`column '${name}': ${detected.note}`)
    }
    return standardised(table, c, found, options)
  })
  return { columns, notes }
}

function chosen(table: Table, c: number, sorted: Float64Array, choice: ColumnChoice): Step[] {
  const name = table.names[c]!
  const steps: Step[] = []
  if (choice.lattice) {
    const lattice = choice.lattice === 'find' ? findLattice(sorted) : latticeThrough(choice.lattice, sorted[0]!)
    if (!lattice)
      throw new EbbflowError('data', `the values of column '${name}' do not stand on a lattice`, {
        expected: `${name}=lattice:STEP to say which`,
      })
    const step = lattice.numerator / lattice.denominator
    const off = table.columns[c]!.findIndex((v) => Math.abs(v - pointOf(lattice, cellOf(lattice, v))) > 1e-3 * step)
    if (off >= 0)
      throw new EbbflowError(
        'data',
        `${locateRow(table, off)}, column '${name}': ${table.columns[c]![off]} does not stand on the lattice of ${showStep(lattice)}`,
      )
    steps.push({ type: 'dequantise', lattice })
  }
  if (choice.log) steps.push({ type: 'log', shift: choice.log.shift })
  if (choice.bounded) steps.push({ type: 'logit', ...choice.bounded })
  return steps
}

function standardised(table: Table, c: number, steps: Step[], options: PreprocessingOptions): ColumnTransform {
  const name = table.names[c]!
  const column = table.columns[c]!
  const noise = noiseFor(options.seed ?? 0, name, table.rows)
  const dequantise = steps.filter((s) => s.type === 'dequantise')
  const out: Moved = { value: 0, logDet: 0 }
  for (let r = 0; r < column.length; r++) {
    forward(steps, column[r]!, noise[r]!, out)
    if (out.logDet === -Infinity)
      throw new EbbflowError(
        'data',
        `${locateRow(table, r)}, column '${name}': ${column[r]} is outside ${steps.some((s) => s.type === 'log') ? 'the domain of its logarithm' : 'its bounds'}`,
      )
  }
  const rows = options.train ?? Int32Array.from({ length: table.rows }, (_, r) => r)
  const momentsOf = (through: readonly Step[]) => {
    const transformed = Float64Array.from(rows, (r) => {
      forward(through, column[r]!, noise[r]!, out)
      return out.value
    })
    return moments(transformed)
  }
  const data = momentsOf(dequantise)
  const model = steps.length === dequantise.length ? data : momentsOf(steps)
  if (!(data.deviation > 0 && model.deviation > 0))
    throw new EbbflowError('data', `column '${name}' is constant in the training rows, so it has no density`)
  return { name, deviation: data.deviation, steps: [...steps, { type: 'standardise', ...model }] }
}

function moments(values: Float64Array): { mean: number; deviation: number } {
  let mean = 0
  for (const v of values) mean += v
  mean /= values.length
  let square = 0
  for (const v of values) square += (v - mean) ** 2
  return { mean, deviation: Math.sqrt(square / values.length) }
}

/**
 * The model's inputs for the rows of a table, whose columns are found by name.
 *
 * A dequantised column's value is one point of its cell, drawn from (seed, column, number of the row): the same table and seed give the
 * same numbers, so that a likelihood can be computed again.
 *
 * @throws EbbflowError `data` when the table lacks a column.
 */
export function toModel(
  columns: readonly ColumnTransform[],
  table: Table,
  options: { readonly seed?: number | string; readonly rows?: Int32Array } = {},
): ModelRows {
  const rows = options.rows ?? Int32Array.from({ length: table.rows }, (_, r) => r)
  const values = new Float64Array(rows.length * columns.length)
  const logDet = new Float64Array(rows.length)
  const out: Moved = { value: 0, logDet: 0 }
  for (const [c, { name, steps }] of columns.entries()) {
    const column = table.columns[table.names.indexOf(name)]
    if (!column)
      throw new EbbflowError('data', `no column '${name}'`, { expected: name, received: table.names.join(', ') })
    const noise = noiseFor(options.seed ?? 0, name, table.rows)
    for (const [i, r] of rows.entries()) {
      forward(steps, column[r]!, noise[r]!, out)
      values[i * columns.length + c] = out.value
      logDet[i]! += out.logDet
    }
  }
  return { values, logDet }
}

/**
 * The table, in data units, of row-major model values of shape `[rows, columns]`. Dequantised columns are floored onto their lattice, unless
 * `floor` is false: then they are where the density is, as pictures want them.
 */
export function fromModel(
  columns: readonly ColumnTransform[],
  values: ArrayLike<number>,
  { floor = true }: { readonly floor?: boolean } = {},
): Table {
  const rows = values.length / columns.length
  return {
    names: columns.map(({ name }) => name),
    rows,
    columns: columns.map(({ steps }, c) => {
      const used = floor ? steps : steps.filter((step) => step.type !== 'dequantise')
      return Float64Array.from({ length: rows }, (_, r) => inverse(used, values[r * columns.length + c]!))
    }),
  }
}
