import { Rng } from '@ebbflow/core'
import { describe, expect, it } from 'vitest'
import { parseChoice } from './choice.js'
import {
  type ColumnTransform,
  describeColumn,
  forward,
  inverse,
  parsePreprocessing,
  standardisedOffset,
} from './columns.js'
import { fitPreprocessing, fromModel, toModel } from './preprocess.js'
import { pickColumns, type Table } from './table.js'

const rng = Rng.seed(4)
const normals = (n: number, label: string): Float64Array => Float64Array.from(rng.split(label).values('normal', n))
const table = (columns: Record<string, ArrayLike<number>>): Table => ({
  names: Object.keys(columns),
  columns: Object.values(columns).map((c) => Float64Array.from(c)),
  rows: Object.values(columns)[0]!.length,
})
const kinds = (column: ColumnTransform): string => column.steps.map((s) => s.type).join(' ')
const found = (values: ArrayLike<number>): ColumnTransform => fitPreprocessing(table({ x: values })).columns[0]!

describe('what a column is found to be', () => {
  const z = normals(2000, 'detect')
  it.each([
    ['whole numbers', z.map((v) => Math.round(40 * v)), { numerator: 1, denominator: 1, offset: 0 }],
    ['multiples of five', z.map((v) => 5 * Math.round(4 * v)), { numerator: 5, denominator: 1, offset: 0 }],
    ['halves', z.map((v) => Math.round(8 * v) / 2), { numerator: 1, denominator: 2, offset: 0 }],
    ['tenths', z.map((v) => Math.round(80 * v) / 10), { numerator: 1, denominator: 10, offset: 0 }],
    ['minutes of an hour', z.map((v) => Math.round(600 + 200 * v) / 60), { numerator: 1, denominator: 60, offset: 0 }],
    [
      'minutes of an hour to six decimals',
      z.map((v) => Number((Math.round(600 + 200 * v) / 60).toFixed(6))),
      { numerator: 1, denominator: 60, offset: 0 },
    ],
    ['midpoints', z.map((v) => Math.round(9 * v) + 0.5), { numerator: 1, denominator: 1, offset: 0.5 }],
    [
      'single-precision tenths',
      z.map((v) => Math.fround(Math.round(80 * v) / 10)),
      { numerator: 1, denominator: 10, offset: 0 },
    ],
    ['0 and 1', z.map((v) => (v > 0 ? 1 : 0)), { numerator: 1, denominator: 1, offset: 0 }],
  ])('%s stand on a lattice', (_, values, lattice) => {
    const column = found(values)
    expect(column.steps[0]).toEqual({ type: 'dequantise', lattice })
    expect(kinds(column)).toBe('dequantise standardise')
  })

  it.each([
    ['normal', z, 'standardise'],
    ['six decimals', z.map((v) => Number(v.toFixed(6))), 'standardise'],
    ['log-normal', z.map(Math.exp), 'log standardise'],
    ['a share near both ends', z.map((v) => 1 / (1 + Math.exp(-4 * v))), 'logit standardise'],
    ['a share in the middle', z.map((v) => 0.5 + 0.05 * v), 'standardise'],
    ['an exponential with negatives', z.map((v) => Math.exp(v) - 0.5), 'standardise'],
  ])('%s: %s', (_, values, expected) => {
    expect(kinds(found(values))).toBe(expected)
  })

  it('warns of an atom', () => {
    const { notes } = fitPreprocessing(table({ rain: z.map((v, i) => (i % 3 === 0 ? 0 : v)) }))
    expect(notes).toEqual([expect.stringMatching(/column 'rain': 0 stands in 33 % of the rows/)])
  })
})

describe('the transformation of a column', () => {
  const choices = [
    'plain',
    'lattice:1/4',
    'log:-100',
    'bounded:-50:50',
    'lattice:1/4+bounded:-50:50',
    'lattice+log:-30',
  ]
  const values = normals(300, 'moves').map((v) => Math.round(12 * v) / 4 + 0)

  it.each(choices)('%s goes there and back', (choice) => {
    const { columns } = fitPreprocessing(table({ x: values }), { choices: new Map([['x', parseChoice(choice)]]) })
    const { values: model, logDet } = toModel(columns, table({ x: values }))
    expect(logDet.every(Number.isFinite)).toBe(true)
    const back = fromModel(columns, model).columns[0]!
    if (choice.startsWith('lattice')) expect(back).toEqual(values)
    else for (const [i, v] of values.entries()) expect(back[i]).toBeCloseTo(v, 10)
    const mean = model.reduce((a, b) => a + b, 0) / model.length
    expect(mean).toBeCloseTo(0, 10)
    expect(model.reduce((a, b) => a + (b - mean) ** 2, 0) / model.length).toBeCloseTo(1, 10)
  })

  it.each(choices)('%s has the log-determinant of its slope', (choice) => {
    const { columns } = fitPreprocessing(table({ x: values }), { choices: new Map([['x', parseChoice(choice)]]) })
    // the lattice only chooses the point that the density is taken at
    const steps = columns[0]!.steps.filter((s) => s.type !== 'dequantise')
    const at = (v: number) => {
      const out = { value: 0, logDet: 0 }
      forward(steps, v, 0.5, out)
      return out
    }
    for (const v of [-7.3, 0.1, 4.4]) {
      const slope = (at(v + 1e-5).value - at(v - 1e-5).value) / 2e-5
      expect(at(v).logDet).toBeCloseTo(Math.log(slope), 7)
      expect(inverse(steps, at(v).value)).toBeCloseTo(v, 10)
    }
  })

  it('spreads a lattice evenly over its cells, the same for a seed and a row', () => {
    const ones = table({ k: Array.from({ length: 4000 }, (_, i) => i % 2) })
    const { columns } = fitPreprocessing(ones)
    const { mean, deviation } = columns[0]!.steps.at(-1) as { mean: number; deviation: number }
    const first = toModel(columns, ones, { seed: 3 })
    const offsets = first.values.map((v, i) => v * deviation + mean - (i % 2)).sort()
    const distance = Math.max(...offsets.map((u, i) => Math.abs(u - (i + 0.5) / offsets.length)))
    expect(distance).toBeLessThan(1.63 / Math.sqrt(4000))
    const rows = Int32Array.of(7, 9)
    expect([...toModel(columns, ones, { seed: 3, rows }).values]).toEqual([first.values[7], first.values[9]])
    expect(toModel(columns, ones, { seed: 4 }).values[7]).not.toBe(first.values[7])
  })

  it('gives back, unfloored, the point of the cell that the density was taken at', () => {
    const t = table({ k: [0, 1, 2, 5] })
    const { columns } = fitPreprocessing(t)
    const back = fromModel(columns, toModel(columns, t, { seed: 1 }).values, { floor: false }).columns[0]!
    for (const [i, k] of [0, 1, 2, 5].entries()) {
      expect(back[i]).toBeGreaterThan(k)
      expect(back[i]).toBeLessThan(k + 1)
    }
  })

  it('takes its statistics from the training rows only, and a test row outside the support has no density', () => {
    const t = table({ x: [1, 2, 3, 4.5, 1000] })
    const { columns } = fitPreprocessing(t, { train: Int32Array.of(0, 1, 2, 3), choices: new Map([['x', {}]]) })
    expect(columns[0]!.steps.at(-1)).toMatchObject({ mean: 2.625 })
    const log: ColumnTransform[] = [{ name: 'x', deviation: 1, steps: [{ type: 'log', shift: 2 }] }]
    expect([...toModel(log, t).logDet.slice(0, 2)]).toEqual([-Infinity, -Infinity])
  })

  it('survives JSON, and refuses JSON that is something else', () => {
    const { columns } = fitPreprocessing(table({ x: values, y: values.map(Math.exp) }))
    expect(parsePreprocessing(JSON.parse(JSON.stringify({ columns })))).toEqual(columns)
    expect(() => parsePreprocessing({ columns: [{ name: 'x', deviation: 1, steps: [{ type: 'eval' }] }] })).toThrow(
      /preprocessing is not valid: columns\.0\.steps\.0/,
    )
    expect(() => parsePreprocessing({ columns: [{ name: 'x', deviation: 0, steps: [] }] })).toThrow(/deviation/)
  })

  it('describes itself', () => {
    const { columns } = fitPreprocessing(table({ x: values }), {
      choices: new Map([['x', parseChoice('lattice:1/4+bounded:-50:50')]]),
    })
    expect(describeColumn(columns[0]!)).toMatch(
      /^multiples of 0\.25, dequantised; bounded by -50 and 50; standardised \(mean /,
    )
    expect(standardisedOffset(columns)).toBeCloseTo(Math.log(columns[0]!.deviation), 12)
  })
})

describe('what is refused', () => {
  const rows = { ...table({ a: [1, 2, 3.3, 4], b: [5, 5, 5, 5] }), locate: (r: number) => `t.csv, line ${r + 2}` }
  it.each([
    ['a constant column', rows, undefined, /column 'b' is constant: it is 5 in every row/],
    [
      'a value off the stated lattice',
      pickColumns(rows, ['a']),
      'lattice:1',
      /t\.csv, line 4, column 'a': 3\.3 does not stand on/,
    ],
    ['a lattice that is not there', table({ a: normals(50, 'off') }), 'lattice', /do not stand on a lattice/],
    [
      'a value out of bounds',
      pickColumns(rows, ['a']),
      'bounded:0:3.5',
      /t\.csv, line 5, column 'a': 4 is outside its bounds/,
    ],
    [
      'the logarithm of what is not positive',
      pickColumns(rows, ['a']),
      'log:1',
      /line 2, column 'a': 1 is outside the domain/,
    ],
  ])('%s', (_, t, choice, message) => {
    const choices = choice ? { choices: new Map([['a', parseChoice(choice)]]) } : {}
    expect(() => fitPreprocessing(t, choices)).toThrow(message)
  })

  it.each(['', 'lattice:0', 'lattice:a', 'lattice:1/0', 'bounded:1', 'bounded:2:1', 'log:x', 'log+log', 'plain+log'])(
    "the treatment '%s'",
    (text) => {
      expect(() => parseChoice(text)).toThrow(/unknown column treatment|a lattice needs a step/)
    },
  )

  it('a choice for a column that is not there', () => {
    expect(() => fitPreprocessing(rows, { choices: new Map([['c', {}]]) })).toThrow(/no column 'c': expected a, b/)
    expect(() => pickColumns(rows, ['z'])).toThrow(/no column 'z'/)
  })
})
