import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fitPreprocessing, locateRow, splitRows } from '@ebbflow/training'
import { describe, expect, it } from 'vitest'
import { readTable } from './csv.js'
import { flights } from './flights.js'
import { scratch } from './scratch.js'

const { folder, file } = scratch()
describe('reading a table', () => {
  it.each([
    ['commas', 'a,b\n1,2\n-3.5,4e2\n'],
    ['a byte order mark and Windows line breaks', '\ufeffa,b\r\n1,2\r\n-3.5,4e2\r\n'],
    ['no line break at the end', 'a,b\n1,2\n-3.5,4e2'],
    ['empty lines', '\na,b\n\n1,2\n\n-3.5,4e2\n\n\n'],
    ['quotes and spaces', '"a", b\n"1", 2\n -3.5,"+400"\n'],
    ['semicolons', 'a;b\n1;2\n-3.5;400\n'],
    ['tabs', 'a\tb\n1\t2\n-3.5\t400\n'],
    ['UTF-16', Buffer.from('\ufeffa,b\n1,2\n-3.5,400\n', 'utf16le')],
  ])('with %s', async (name, content) => {
    const table = await readTable(file(`${name}.csv`, content))
    expect(table.names).toEqual(['a', 'b'])
    expect(table.columns.map((c) => [...c])).toEqual([
      [1, -3.5],
      [2, 400],
    ])
  })

  it('takes the chosen columns, in their order, whatever the others hold', async () => {
    const path = file('chosen.csv', 'id,"x, in m",note,y\nq1,1,"two\nlines, here",2\nq2,3,,4\n')
    const table = await readTable(path, { columns: ['y', 'x, in m'] })
    expect(table.columns.map((c) => [...c])).toEqual([
      [2, 4],
      [1, 3],
    ])
    expect([0, 1].map((r) => locateRow(table, r))).toEqual([`${path}, line 2`, `${path}, line 4`])
  })

  it('takes one column, and rows past its first thousand', async () => {
    const path = file('one.csv', `v\n${Array.from({ length: 5000 }, (_, i) => i / 4).join('\n')}\n`)
    const table = await readTable(path)
    expect(table.rows).toBe(5000)
    expect(table.columns[0]![4999]).toBe(4999 / 4)
    expect(locateRow(table, 4999)).toBe(`${path}, line 5001`)
  })

  it('takes a JSON array of records', async () => {
    const path = file('r.json', '[{"a": 1, "t": "x"}, {"t": "y", "a": 2.5}]')
    expect([...(await readTable(path, { columns: ['a'] })).columns[0]!]).toEqual([1, 2.5])
  })

  it('finds the preprocessing of flights: every column on a lattice, time on minutes', async () => {
    const table = await readTable(flights())
    expect(table.rows).toBe(200_000)
    const { columns, notes } = fitPreprocessing(table, { train: splitRows(table.rows).train })
    expect(notes).toEqual([])
    expect(
      columns.map(({ name, steps }) => [name, steps.map((s) => (s.type === 'dequantise' ? s.lattice : s.type))]),
    ).toEqual([
      ['delay', [{ numerator: 1, denominator: 1, offset: 0 }, 'standardise']],
      ['distance', [{ numerator: 1, denominator: 1, offset: 0 }, 'standardise']],
      ['time', [{ numerator: 1, denominator: 60, offset: 0 }, 'standardise']],
    ])
  })
})

describe('refusing a table', () => {
  it.each([
    ['an empty file', '', ': the file is empty'],
    ['empty lines alone', '\n\n', ': the file is empty'],
    ['a header alone', 'a,b\n', ': there are no rows below the header'],
    ['a row too short', 'a,b\n1,2\n3\n', ', line 3: the row is too short: 1 value for 2 columns'],
    ['a row too long', 'a,b\n1,2,3\n', ', line 2: the row is too long: 3 values for 2 columns'],
    [
      'text',
      'a,b\n1,2\n3,blue\n',
      ", line 3, column 'b': 'blue' is not a number; name the columns of numbers with --columns",
    ],
    ['a decimal comma', 'a;b\n1;2,5\n', ", line 2, column 'b': '2,5' is not a number (decimals take a point)"],
    ['hexadecimal', 'a\n0x10\n', ", line 2, column 'a': '0x10' is not a number"],
    ['NaN', 'a,b\nNaN,2\n', ", line 2, column 'a': 'NaN' is not a finite number"],
    ['infinity', 'a,b\n1,-inf\n', ", line 2, column 'b': '-inf' is not a finite number"],
    ['a number beyond all numbers', 'a\n1e999\n', ", line 2, column 'a': '1e999' is not a finite number"],
    ['an empty cell', 'a,b\n1,2\n\n,4\n', ", line 4, column 'a': the cell is empty"],
    ['an empty line in the only column', 'a\n1\n\n2\n', ", line 3, column 'a': the cell is empty"],
    ['duplicate names', 'a,b,a\n1,2,3\n', ", line 1: columns 1 and 3 are both named 'a'"],
    ['a column without a name', ',b\n1,2\n', ', line 1: column 1 has no name'],
    ['no header', '1.5,2\n3,4\n', ", line 1: numbers where the columns' names should be"],
    ['a quote inside a cell', 'a,b\n1,2\n3,4"5\n', ', line 3: Invalid Opening Quote'],
    ['a quote that is never closed', 'a,b\n1,2\n3,"4\n', 'a quote is opened and never closed'],
    ['a bad cell after a cell of two lines', 'a,b\n1,"2\n"\n3,x\n', ", line 4, column 'b': 'x'"],
  ])('for %s', async (name, content, message) => {
    const path = file(`${name}.csv`, content)
    const error = await readTable(path).catch((e: unknown) => e)
    expect(error).toMatchObject({ name: 'EbbflowError', code: 'data' })
    expect((error as Error).message).toContain(message)
    expect((error as Error).message.startsWith(path)).toBe(true)
  })

  it.each([
    ['an empty file', '', ': the file is empty'],
    ['an empty array', '[]', ': there are no rows'],
    ['what is not JSON', '[{"a": 1},', ': not JSON: '],
    ['what is no array of records', '{"a": [1, 2]}', ': not an array of records'],
    ['a null', '[{"a": 1}, {"a": null}]', ", record 2, column 'a': the cell is empty"],
    ['text', '[{"a": 1}, {"a": "b"}]', ", record 2, column 'a': 'b' is not a number"],
    ['a missing key', '[{"a": 1, "b": 2}, {"a": 1}]', ", record 2: the record is too short: it has no 'b'"],
  ])('of JSON for %s', async (name, content, message) => {
    await expect(readTable(file(`${name}.json`, content))).rejects.toThrow(message)
  })

  it('for a name that is not there, listing those that are', async () => {
    const path = file('names.csv', 'delay,time\n1,2\n')
    await expect(readTable(path, { columns: ['delay', 'x'] })).rejects.toThrow(
      `${path}, line 1: no column 'x'; there are delay, time`,
    )
  })

  it('for a file that is missing, or a folder', async () => {
    await expect(readTable(join(folder, 'none.csv'))).rejects.toThrow('none.csv: no such file')
    await expect(readTable(join(folder, 'none.json'))).rejects.toThrow('none.json: no such file')
    await expect(readTable(folder)).rejects.toThrow('is a folder, not a file')
  })
})

it('reads the same from CSV as from JSON', async () => {
  const records = (JSON.parse(readFileSync(flights(), 'utf8')) as Record<string, number>[]).slice(0, 3000)
  const csv = ['delay,distance,time', ...records.map((r) => `${r.delay},${r.distance},${r.time}`)].join('\n')
  const [a, b] = [await readTable(file('f.csv', csv)), await readTable(file('f.json', JSON.stringify(records)))]
  expect(a.columns).toEqual(b.columns)
})
