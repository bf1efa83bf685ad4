import { EbbflowError, useBackend } from '@ebbflow/core'
import { beforeAll, expect, test } from 'vitest'
import { build, operationsOf } from './build.js'
import type { Graph } from './graph.js'
import { Writer } from './passes/graphs.fixture.js'
import { plan } from './passes/plan.js'

beforeAll(() => useBackend('wasm'))

/** What takes 400 kB a row, and some in any case. */
function large(rows: number): Graph {
  const w = new Writer()
  const wide = w.node('MatMul', { a: w.input(rows, 1), b: w.constant(Array(50_000).fill(1), [1, 50_000]) }, [
    rows,
    50_000,
  ])
  // each with the next, so that two are needed at a time
  const next = w.node('Cumsum', { x: wide }, [rows, 50_000], { outer: rows, n: 50_000, inner: 1 })
  return w.graph(w.node('Sum', { x: next }, [rows], { axes: [false, true] }))
}

test('a program of more than 4 GiB is refused, with the batch that would fit', () => {
  const started = () => build({ graph: large(20_000), passes: [] }, { rows: 20_000 })
  expect(started).toThrow(EbbflowError)
  let fits = 0
  try {
    started()
  } catch (error) {
    fits = Number(/a batch of (\d+) rows would fit/.exec((error as Error).message)![1])
    expect((error as Error).message).toMatch(/4 GiB.*got 7\.5 GiB/)
  }
  const bytesOf = (rows: number): number => plan(large(rows), operationsOf(large(rows)).operations).bytes
  expect(bytesOf(fits)).toBeLessThanOrEqual(2 ** 32 - 2 ** 16)
  expect(bytesOf(fits + 2)).toBeGreaterThan(2 ** 32 - 2 ** 16)
})
