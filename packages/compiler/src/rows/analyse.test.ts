import { describe, expect, test } from 'vitest'
import type { Use } from '../graph.js'
import { Writer } from '../passes/graphs.fixture.js'
import { analyseRows, isRowWise, withRowCount } from './analyse.js'
import { sameGraph } from './same.js'

const ROWS = 6
const every = new Set([0])

/** What becomes of x `[6, 4]`, as `build` makes it. */
function kindOf(build: (w: Writer, x: Use) => Use) {
  const w = new Writer()
  const graph = w.graph(build(w, w.input(ROWS, 4)))
  const analysis = analyseRows(graph, ROWS, every)
  return { kind: analysis.kinds[graph.outputs[0]!.value], analysis }
}

const view = (use: Use, shape: number[], offset: number, strides: number[]): Use => ({
  value: use.value,
  shape,
  view: { offset, strides },
})

describe('rows stay apart', () => {
  test.each<[string, (w: Writer, x: Use) => Use]>([
    ['elementwise', (w, x) => w.node('Exp', { x }, [ROWS, 4])],
    ['with a number for each column', (w, x) => w.node('Add', { a: x, b: w.constant([1, 2, 3, 4], [4]) }, [ROWS, 4])],
    ['through a slice', (w, x) => w.node('Exp', { x: view(x, [ROWS, 2], 1, [4, 1]) }, [ROWS, 2])],
    ['reversed within', (w, x) => w.node('Exp', { x: view(x, [ROWS, 4], 3, [4, -1]) }, [ROWS, 4])],
    ['under another shape', (w, x) => w.node('Exp', { x: { ...x, shape: [2 * ROWS, 2] } }, [2 * ROWS, 2])],
    ['summed within', (w, x) => w.node('Sum', { x }, [ROWS], { axes: [false, true] })],
    ['times a matrix', (w, x) => w.node('MatMul', { a: x, b: w.constant([1, 2, 3, 4], [4, 1]) }, [ROWS, 1])],
    [
      'gathered within',
      (w, x) =>
        w.node('Gather', { x, indices: w.constant([1, 0], [2], 'int32') }, [ROWS, 2], {
          outer: ROWS,
          n: 4,
          inner: 1,
          taken: 2,
        }),
    ],
    ['accumulated within', (w, x) => w.node('Cumsum', { x }, [ROWS, 4], { outer: ROWS, n: 4, inner: 1 })],
    [
      'beside each other',
      (w, x) =>
        w.node('Join', { 0: x, 1: w.filled(0, ROWS, 1) }, [ROWS, 5], {
          views: [
            { offset: 0, strides: [5, 1] },
            { offset: 4, strides: [5, 1] },
          ],
        }),
    ],
    [
      'a product for each row',
      (w, x) => {
        const column = view(x, [ROWS, 4, 1], 0, [4, 1, 1])
        return w.node('MatMul', { a: column, b: view(x, [ROWS, 1, 4], 0, [4, 4, 1]) }, [ROWS, 4, 4])
      },
    ],
  ])('%s', (_, build) => {
    const { kind, analysis } = kindOf(build)
    expect(kind).toBe('rows')
    expect(isRowWise(analysis)).toBe(true)
    // to another number of rows and back
    const { graph } = analysis
    const wider = analyseRows(withRowCount(analysis, 10), 10, every)
    expect(isRowWise(wider)).toBe(true)
    expect(sameGraph({ graph: withRowCount(wider, ROWS), variables: [] }, { graph, variables: [] })).toBe(true)
    expect(sameGraph({ graph: wider.graph, variables: [] }, { graph, variables: [] })).toBe(false)
  })
})

describe('rows are mixed', () => {
  test.each<[string, (w: Writer, x: Use) => Use]>([
    ['reversed', (w, x) => w.node('Exp', { x: view(x, [ROWS, 4], 20, [-4, 1]) }, [ROWS, 4])],
    ['one for all', (w, x) => w.node('Add', { a: x, b: view(x, [4], 0, [1]) }, [ROWS, 4])],
    ['every other one', (w, x) => w.node('Exp', { x: view(x, [3, 4], 0, [8, 1]) }, [3, 4])],
    ['each with the next', (w, x) => w.node('Exp', { x: view(x, [5, 8], 0, [4, 1]) }, [5, 8])],
    ['transposed', (w, x) => w.node('Exp', { x: view(x, [4, ROWS], 0, [1, 4]) }, [4, ROWS])],
    [
      'with a number for each row',
      (w, x) => w.node('Add', { a: x, b: w.constant([1, 2, 3, 4, 5, 6], [ROWS, 1]) }, [ROWS, 4]),
    ],
    ['accumulated', (w, x) => w.node('Cumsum', { x }, [ROWS, 4], { outer: 1, n: ROWS, inner: 4 })],
    [
      'gathered',
      (w, x) =>
        w.node('Gather', { x, indices: w.constant([1, 0, 2, 3, 4, 5], [ROWS], 'int32') }, [ROWS, 4], {
          outer: 1,
          n: ROWS,
          inner: 4,
          taken: ROWS,
        }),
    ],
    ['largest', (w, x) => w.node('Max', { x }, [4], { axes: [true, false] })],
    [
      'with their mean',
      (w, x) => w.node('Sub', { a: x, b: w.node('Sum', { x }, [4], { axes: [true, false] }) }, [ROWS, 4]),
    ],
    ['each with each', (w, x) => w.node('MatMul', { a: x, b: view(x, [4, ROWS], 0, [1, 4]) }, [ROWS, ROWS])],
    [
      'weighed by a matrix',
      (w, x) =>
        w.node(
          'MatMul',
          {
            a: w.constant(
              Array(36)
                .fill(2)
                .map((v, i) => v + i),
              [ROWS, ROWS],
            ),
            b: x,
          },
          [ROWS, 4],
        ),
    ],
    [
      'one after another',
      (w, x) =>
        w.node('Join', { 0: x, 1: x }, [2 * ROWS, 4], {
          views: [
            { offset: 0, strides: [4, 1] },
            { offset: 24, strides: [4, 1] },
          ],
        }),
    ],
    ['an unknown kernel', (w, x) => w.node('Host', { x }, [ROWS, 4], { kernel: 'TopK' })],
  ])('%s', (_, build) => {
    const { kind, analysis } = kindOf(build)
    expect(kind).toBe('mixed')
    expect(isRowWise(analysis)).toBe(false)
  })
})

test('sums over rows, and what is computed after them', () => {
  const sum = (w: Writer, x: Use): Use => w.node('Sum', { x }, [], { axes: [true, true] })
  expect(kindOf(sum).kind).toBe('sum')
  expect(kindOf((w, x) => w.node('MatMul', { a: view(x, [4, ROWS], 0, [1, 4]), b: x }, [4, 4])).kind).toBe('sum')
  expect(kindOf((w, x) => w.node('Multiply', { a: sum(w, x), b: w.filled(0.25) }, [])).kind).toBe('sum')
  const twice = (w: Writer, s: Use): Use => w.node('Multiply', { a: s, b: s }, [])
  expect(kindOf((w, x) => twice(w, sum(w, x))).kind).toBe('after')
  expect(kindOf((w, x) => w.node('Exp', { x: sum(w, x) }, [])).kind).toBe('after')
  expect(kindOf((w, x) => w.node('Add', { a: sum(w, x), b: w.constant([1], []) }, [])).kind).toBe('after')
  expect(kindOf((w, x) => w.node('Add', { a: x, b: sum(w, x) }, [ROWS, 4])).kind).toBe('mixed')
})

test('one row alone is not told from an axis that is not there', () => {
  const w = new Writer()
  const graph = w.graph(w.node('Exp', { x: w.input(1, 4) }, [1, 4]))
  expect(isRowWise(analyseRows(graph, 1, every))).toBe(false)
})
