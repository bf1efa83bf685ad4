import { expect, test } from 'vitest'
import { copyRepeated } from './copy-repeated.js'
import { type FusedLoop, fuse } from './fuse.js'
import { kernels, Writer } from './graphs.fixture.js'

const loops = (operations: ReturnType<typeof fuse>) =>
  operations.map((operation) => (operation.kind === 'loop' ? operation.kernels.join(' ') : operation.node.kernel))

test('a chain with the reduction that it ends in is one loop, leaves and constants read within', () => {
  const w = new Writer()
  const [x, row] = [w.input(8, 4), w.input(4)]
  const sum = w.node('Add', { a: x, b: row }, [8, 4])
  const half = w.node('Multiply', { a: w.node('Exp', { x: sum }, [8, 4]), b: w.filled(0.5) }, [8, 4])
  const [loop, ...rest] = fuse(w.graph(w.node('Sum', { x: half }, [8], { axes: [false, true] }))) as FusedLoop[]
  expect(rest).toEqual([])
  expect(loop!.kernels).toEqual(['Add', 'Exp', 'Multiply', 'Sum'])
  expect(loop!.leaves.map(({ view }) => view.strides)).toEqual([
    [4, 1],
    [0, 1],
  ])
  expect(loop!.steps[2]!.args).toEqual([{ step: 1 }, { constant: 0.5 }])
})

test('what others use too is written by the loop, if they come later', () => {
  const w = new Writer()
  const x = w.input(8)
  const e = w.node('Exp', { x }, [8])
  const n = w.node('Neg', { x: e }, [8])
  const scan = w.node('Cumsum', { x: e }, [8])
  const operations = fuse(w.graph(w.node('Add', { a: n, b: scan }, [8])))
  // the negation waits for the sum; the exponential cannot, for the scan needs it before
  expect(loops(operations)).toEqual(['Exp', 'Cumsum', 'Neg Add'])
  const late = fuse(w.graph(n, e))
  expect(loops(late).filter((l) => l.includes('Exp'))).toHaveLength(1)
})

test('kernels over other elements stay apart', () => {
  const w = new Writer()
  const row = w.node('Exp', { x: w.input(4) }, [4])
  const operations = fuse(w.graph(w.node('Add', { a: w.input(8, 4), b: row }, [8, 4])))
  expect(loops(operations)).toEqual(['Exp', 'Add'])
})

test('a reshape between does not keep kernels apart, unless a broadcast cannot be told under it', () => {
  const chain = (row: number[]) => {
    const w = new Writer()
    const sum = w.node('Add', { a: w.input(2, 3), b: w.input(...row) }, [2, 3])
    return loops(fuse(w.graph(w.node('Exp', { x: { value: sum.value, shape: [6] } }, [6]))))
  }
  expect(chain([2, 3])).toEqual(['Add Exp'])
  expect(chain([3])).toEqual(['Add', 'Exp'])
})

test('outputs that must have places of their own are copied where they have none', () => {
  const w = new Writer()
  const x = w.input(2)
  const y = w.node('Exp', { x }, [2])
  const graph = copyRepeated(w.graph(y, y, x, w.filled(0, 2)), [0, 1, 2, 3])
  expect(kernels(graph)).toEqual(['Exp', 'Copy', 'Copy', 'Copy'])
  expect(new Set(graph.outputs.map(({ value }) => value)).size).toBe(4)
})
