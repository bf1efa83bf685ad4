import { expect, test } from 'vitest'
import type { Use } from '../graph.js'
import { kernels, Writer } from './graphs.fixture.js'
import { simplify } from './simplify.js'

const repeated = (use: Use, shape: number[], strides: number[]): Use => ({
  value: use.value,
  shape,
  view: { offset: 0, strides },
})

test('what repeats itself along an axis is computed once, and so is what follows', () => {
  const w = new Writer()
  const rows = repeated(w.input(1, 3), [8, 3], [0, 1])
  const sum = w.node('Add', { a: rows, b: w.filled(2, 8, 3) }, [8, 3])
  const exp = w.node('Exp', { x: sum }, [8, 3])
  const graph = simplify(w.graph(w.node('Multiply', { a: exp, b: w.input(8, 3) }, [8, 3])))
  expect(kernels(graph)).toEqual(['Add', 'Exp', 'Multiply'])
  expect(graph.nodes.map(({ outputs }) => graph.values[outputs[0]!]!.shape)).toEqual([
    [1, 3],
    [1, 3],
    [8, 3],
  ])
  expect(graph.nodes[2]!.inputs.a!.view).toEqual({ offset: 0, strides: [0, 1] })
})

test('what differs along every axis stays as it is; an output is written out', () => {
  const w = new Writer()
  const whole = w.node('Exp', { x: w.input(8, 3) }, [8, 3])
  const row = w.node('Exp', { x: repeated(w.input(1), [8], [0]) }, [8])
  const graph = simplify(w.graph(whole, row))
  expect(kernels(graph)).toEqual(['Exp', 'Exp', 'Copy'])
  expect(graph.outputs.map(({ view }) => view)).toEqual([undefined, undefined])
})
