import { describe, expect, it } from 'vitest'
import { headerOf, tableColumns } from './table.js'

const text = 'a;"b; c";name\n1;2.5;x\n\n-3;1e2;"y\nz"\n4;5;w\n'

describe('a table', () => {
  it('tells its columns, and which hold numbers', () => {
    expect(headerOf(text, 't.csv')).toEqual({ names: ['a', 'b; c', 'name'], numeric: [true, true, false] })
  })

  it('gives the chosen columns as numbers', () => {
    const { names, columns } = tableColumns(text, 't.csv', ['b; c', 'a'])
    expect(names).toEqual(['b; c', 'a'])
    expect(columns.map((column) => [...column])).toEqual([
      [2.5, 100, 5],
      [1, -3, 4],
    ])
  })

  it.each([
    ['a,b\n1,2\n3,x\n', /^t\.csv, line 3, column 'b': 'x' is not a number; leave that column out, or mend the file$/],
    ['a,b\n1,2\n3,\n', /^t\.csv, line 3, column 'b': the cell is empty$/],
    ['a,b\n1,"2\n"\n3,inf\n', /^t\.csv, line 4, column 'b': 'inf' is not a finite number$/],
    ['a,b\n1,2\n3\n', /^t\.csv, line 3: the row is too short: 1 value for 2 columns$/],
    ['a,b\n', /^t\.csv: there are no rows below the header$/],
    ['a,b\n1,"2\n', /^t\.csv, line \d: a quote is opened and never closed/],
    ['0.5,1.5\n1,2\n', /^t\.csv, line 1: numbers where the columns' names should be/],
  ])('names what is wrong in %j', (bad, message) => {
    const columns = bad.startsWith('0.5') ? ['0.5', '1.5'] : ['a', 'b']
    expect(() => tableColumns(bad, 't.csv', columns)).toThrow(message)
  })
})
