import { expect, test } from 'vitest'
import type { Op, OpGraph, Source } from './op-graph.js'
import { split } from './split.js'

const float = (...shape: number[]) => ({ shape, dtype: 1 })
const op = (name: string, ...inputs: Source[]): Op => ({ name, attributes: [], inputs, outputs: [float(2)] })
const from = (index: number): Source => ({ kind: 'op', index, output: 0 })
const of = (kind: 'input' | 'variable' | 'constant', index = 0): Source => ({ kind, index })
const constant = (...numbers: number[]) => ({ ...float(numbers.length), values: Float32Array.from(numbers) })

/** y = (x + b) · (w · mask), with a constant that no input and no variable reaches. */
const graph: OpGraph = {
  inputs: [float(2)],
  variables: [float(2), float(2)],
  constants: [constant(9, 9), constant(0, 1)],
  ops: [
    op('Mul', of('variable', 0), of('constant', 1)),
    op('Add', of('input'), of('variable', 1)),
    op('Neg', of('constant', 0)),
    op('Mul', from(1), from(0)),
    op('Sub', from(3), from(2)),
  ],
  outputs: [from(4), from(0)],
}

test('parts what depends on variables alone, which the rest reads as variables of its own', () => {
  const { before, after, read } = split(graph)
  expect(read).toEqual([1])
  expect(before!.ops.map(({ name }) => name)).toEqual(['Mul', 'Neg'])
  expect(before!.outputs).toEqual([from(0)])
  expect(before!.inputs).toEqual([])
  expect(after.ops.map(({ name, inputs }) => ({ name, inputs }))).toEqual([
    { name: 'Add', inputs: [of('input'), of('variable', 0)] },
    { name: 'Neg', inputs: [of('constant', 0)] },
    { name: 'Mul', inputs: [from(0), of('variable', 1)] },
    { name: 'Sub', inputs: [from(2), from(1)] },
  ])
  expect(after.outputs).toEqual([from(3), of('variable', 1)])
  expect(after.variables).toHaveLength(2)
  expect(after.constants).toEqual([graph.constants[0]])
})

test('leaves a graph alone that computes nothing of variables', () => {
  const plain = { ...graph, ops: [graph.ops[1]!], outputs: [from(0)] }
  const { before, after, read } = split(plain)
  expect(before).toBeUndefined()
  expect(read).toEqual([1])
  expect(after.ops).toHaveLength(1)
})
