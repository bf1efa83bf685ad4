import { expect, test } from 'vitest'
import type { Graph } from '../graph.js'
import { Writer } from './graphs.fixture.js'
import { repeats } from './repeats.js'

const read = (graph: Graph, name: string) => {
  const use = graph.nodes[0]!.inputs[name]!
  const { origin, shape } = graph.values[use.value]!
  return {
    shape,
    data: origin.kind === 'constant' ? Array.from(origin.data) : undefined,
    use: use.shape,
    view: use.view,
  }
}

test('a constant is kept once along the axes that it repeats itself along', () => {
  const w = new Writer()
  const rows = w.constant([1, 2, 1, 2, 1, 2], [3, 2])
  const graph = repeats(w.graph(w.node('Add', { a: w.input(3, 2), b: rows }, [3, 2])))
  expect(read(graph, 'b')).toEqual({ shape: [1, 2], data: [1, 2], use: [3, 2], view: { offset: 0, strides: [0, 1] } })
  const v = new Writer()
  const inner = v.constant([1, 1, 2, 2, 1, 1, 2, 2], [2, 2, 2])
  const product = repeats(v.graph(v.node('MatMul', { a: inner, b: v.input(2, 2, 5) }, [2, 2, 5])))
  expect(read(product, 'a')).toEqual({
    shape: [1, 2, 1],
    data: [1, 2],
    use: [2, 2, 2],
    view: { offset: 0, strides: [0, 1, 0] },
  })
})

test('others, and those that are read in their own order, stay', () => {
  for (const data of [
    [1, 2, 3, 1, 2, 4],
    [0, 1, 2, -0, 1, 2],
  ]) {
    const w = new Writer()
    const graph = repeats(w.graph(w.node('Add', { a: w.input(2, 3), b: w.constant(data, [2, 3]) }, [2, 3])))
    expect(read(graph, 'b')).toEqual({ shape: [2, 3], data: Array.from(Float32Array.from(data)), use: [2, 3] })
  }
  const w = new Writer()
  const x = w.constant([1, 2, 1, 2], [2, 2])
  const graph = repeats(w.graph(w.node('Cumsum', { x }, [2, 2], { outer: 1, n: 2, inner: 2 })))
  expect(read(graph, 'x')).toEqual({ shape: [2, 2], data: [1, 2, 1, 2], use: [2, 2] })
})
