import { expect, it } from 'vitest'
import { splitRows } from './split.js'

it('parts rows by their number: 0 modulo 10 to test, 1 to validation', () => {
  const { train, validation, test } = splitRows(25)
  expect([...test]).toEqual([0, 10, 20])
  expect([...validation]).toEqual([1, 11, 21])
  expect(train.length).toBe(19)
})

it('parts at random by a seed, every row in one part', () => {
  const a = splitRows(1000, 'random', 1)
  const b = splitRows(1000, 'random', 2)
  expect([a.test.length, a.validation.length, a.train.length]).toEqual([100, 100, 800])
  expect(a.test).not.toEqual(b.test)
  expect(splitRows(1000, 'random', 1)).toEqual(a)
  expect([...a.train, ...a.validation, ...a.test].sort((x, y) => x - y)).toEqual(
    Array.from({ length: 1000 }, (_, i) => i),
  )
})

it('refuses fewer rows than parts', () => {
  expect(() => splitRows(2)).toThrow(/too few rows .*: expected at least 3, got 2/)
})
