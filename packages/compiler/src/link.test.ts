import { useBackend } from '@ebbflow/core'
import { beforeAll, expect, test } from 'vitest'
import { operationsOf } from './build.js'
import { WasmModule } from './emit/module.js'
import { link, mayMove } from './link.js'
import { Memory } from './memory.js'
import { Writer } from './passes/graphs.fixture.js'
import { plan } from './passes/plan.js'
import { instantiate, openMemory } from './start.js'

beforeAll(() => useBackend('wasm'))

test('a driver finds what may move where it is told that it lies, and all else where it was', () => {
  const w = new Writer()
  const x = w.input(4, 3)
  const weights = w.constant([1, 2, 3, 4, 5, 6], [3, 2])
  const product = w.node('MatMul', { a: x, b: weights }, [4, 2])
  const graph = w.graph(w.node('Sum', { x: w.node('Neg', { x: product }, [4, 2]) }, [2], { axes: [true, false] }))
  const { operations } = operationsOf(graph)
  expect(mayMove(operations)).toBe(true)

  const [input, result] = [x.value, graph.outputs[0]!.value]
  const planned = plan(
    graph,
    operations,
    1024,
    new Map([
      [input, 0],
      [result, 512],
    ]),
  )
  const memory = openMemory(4096)
  const own = new Memory(graph, planned, memory).initialise()
  const module = new WasmModule()
  // inputs lie within the first 64 bytes and the 64 after them, results 128 apart
  const movable = [
    { from: 0, to: 64 },
    { from: 512, to: 640 },
  ]
  link(module, graph, operations, planned, { movable })
  const { exports } = instantiate(module, memory, [])
  const rows = (start: number): Float32Array => Float32Array.from({ length: 12 }, (_, i) => start + i)
  own.floats(0, 12).set(rows(0))
  own.floats(64, 12).set(rows(1))
  exports.run!(0, 0)
  exports.run!(64, 128)
  exports.run!(64, 256)
  const sums = (start: number): number[] => {
    const given = rows(start)
    const total = [0, 0]
    for (let row = 0; row < 4; row++)
      for (let k = 0; k < 3; k++)
        for (let column = 0; column < 2; column++) total[column]! -= given[3 * row + k]! * (2 * k + column + 1)
    return total
  }
  expect([512, 640, 768].map((at) => Array.from(own.floats(at, 2)))).toEqual([sums(0), sums(1), sums(1)])
})
