import { expect, test } from 'vitest'
import { epilogues } from './epilogue.js'
import { type FusedLoop, fuse } from './fuse.js'
import { Writer } from './graphs.fixture.js'
import { plan } from './plan.js'

const names = (operations: ReturnType<typeof fuse>) =>
  operations.map((operation) => (operation.kind === 'loop' ? operation.kernels.join(' ') : operation.node.kernel))

const ended = (w: Writer, ...outputs: Parameters<Writer['graph']>) => {
  const graph = w.graph(...outputs)
  return { graph, operations: epilogues(graph, fuse(graph)) }
}

test('a loop over the elements of a product ends it, and reads the rest through views of its own', () => {
  const w = new Writer()
  const product = w.node('MatMul', { a: w.input(8, 3), b: w.input(3, 4) }, [8, 4])
  const sum = w.node('Add', { a: product, b: w.input(4) }, [8, 4])
  const mask = w.node('Step', { x: w.input(8, 4) }, [8, 4])
  const { operations } = ended(w, w.node('Multiply', { a: mask, b: sum }, [8, 4]))
  expect(names(operations)).toEqual(['MatMul Add Step Multiply'])
  const [loop] = operations as FusedLoop[]
  expect(loop!.leaves.map(({ view }) => view.strides)).toEqual([
    [0, 1],
    [4, 1],
  ])
  expect(loop!.steps.map(({ args }) => args)).toEqual([
    [{ product: true }, { leaf: 0 }],
    [{ leaf: 1 }],
    [{ step: 1 }, { step: 0 }],
  ])
})

test('a product that others need later is written too; one that is needed before stays by itself', () => {
  const make = (early: boolean) => {
    const w = new Writer()
    const product = w.node('MatMul', { a: w.input(8, 3), b: w.input(3, 4) }, [8, 4])
    const scan = () => w.node('Cumsum', { x: product }, [8, 4])
    const before = early ? [scan()] : []
    const loop = w.node('Add', { a: product, b: before[0] ?? w.input(4) }, [8, 4])
    return ended(w, loop, ...before, ...(early ? [] : [scan()])).operations
  }
  expect(names(make(false))).toEqual(['MatMul Add', 'Cumsum'])
  expect((make(false)[0] as FusedLoop).outputs).toHaveLength(2)
  expect(names(make(true))).toEqual(['MatMul', 'Cumsum', 'Add'])
})

test('of two products the later one is ended; one that is read in another order is not, nor one that is reduced', () => {
  const w = new Writer()
  const of = (rows: number, columns: number) =>
    w.node('MatMul', { a: w.input(rows, 3), b: w.input(3, columns) }, [rows, columns])
  const both = w.node('Add', { a: of(8, 4), b: of(8, 4) }, [8, 4])
  const turned = { ...of(4, 8), shape: [8, 4], view: { offset: 0, strides: [1, 8] } }
  const copied = w.node('Exp', { x: turned }, [8, 4])
  const total = w.node('Sum', { x: of(8, 4) }, [8], { axes: [false, true] })
  expect(names(ended(w, both, copied, total).operations)).toEqual([
    ...['MatMul', 'MatMul Add', 'MatMul', 'Exp', 'MatMul', 'Sum'],
  ])
})

test('a product is not written over its own sides', () => {
  const w = new Writer()
  const x = w.node('Cumsum', { x: w.input(4, 4) }, [4, 4])
  const product = w.node('MatMul', { a: x, b: w.input(4, 4) }, [4, 4])
  const y = w.node('Cumsum', { x: w.node('Add', { a: product, b: x }, [4, 4]) }, [4, 4])
  const { graph, operations } = ended(w, w.node('Cumsum', { x: y }, [4, 4]))
  const { address } = plan(graph, operations)
  expect(names(operations)[1]).toBe('MatMul Add')
  const [written] = (operations[1] as FusedLoop).outputs
  expect(address.get(written!.value)).not.toBe(address.get(x.value))
})
