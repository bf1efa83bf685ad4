import { expect, test } from 'vitest'
import { cse } from './cse.js'
import { dce } from './dce.js'
import { kernels, Writer } from './graphs.fixture.js'

test('equal kernels on equal inputs run once, constants of equal numbers being equal', () => {
  const w = new Writer()
  const x = w.input(2)
  const once = (c: number[]) => w.node('Exp', { x: w.node('Add', { a: x, b: w.constant(c, [2]) }, [2]) }, [2])
  const graph = cse(w.graph(w.node('Multiply', { a: once([1, 2]), b: once([1, 2]) }, [2]), once([1, 3])))
  expect(kernels(graph)).toEqual(['Add', 'Exp', 'Multiply', 'Add', 'Exp'])
  const { a, b } = graph.nodes[2]!.inputs
  expect(a).toEqual(b)
})

test('other attributes make another kernel, and the host runs each', () => {
  const w = new Writer()
  const x = w.input(2)
  const step = (alpha: number) => w.node('Step', { x }, [2], { alpha })
  const host = () => w.node('Host', { x }, [2], { kernel: 'Atan' })
  expect(kernels(cse(w.graph(step(0), step(-0), step(0), host(), host())))).toEqual(['Step', 'Step', 'Host', 'Host'])
})

test('what no output needs is dropped', () => {
  const w = new Writer()
  const x = w.input(2)
  const used = w.node('Exp', { x }, [2])
  w.node('Log', { x: used }, [2])
  expect(kernels(dce(w.graph(w.node('Neg', { x: used }, [2]))))).toEqual(['Exp', 'Neg'])
})
