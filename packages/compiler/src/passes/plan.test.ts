import { expect, test } from 'vitest'
import { fuse } from './fuse.js'
import { Writer } from './graphs.fixture.js'
import { plan } from './plan.js'

/** x → n scans, one after another. */
function scans(n: number) {
  const w = new Writer()
  let x = w.input(100)
  for (let i = 0; i < n; i++) x = w.node('Cumsum', { x }, [100])
  const graph = w.graph(x)
  return { graph, planned: plan(graph, fuse(graph)) }
}

test('memory does not grow with the length of a chain', () => {
  expect(scans(50).planned.bytes).toBe(scans(5).planned.bytes)
  expect(scans(50).planned.unshared).toBeGreaterThan(40 * 400)
})

test('values that live at the same time lie apart, outputs and inputs for good', () => {
  const w = new Writer()
  const x = w.input(10)
  const parts = [1, 2, 3].map((at) => w.node('Cumsum', { x }, [10], { at }))
  const joined = w.node('Join', { 0: parts[0]!, 1: parts[1]!, 2: parts[2]! }, [30], { views: [] })
  const graph = w.graph(joined)
  const { address } = plan(graph, fuse(graph))
  const places = [x, ...parts, joined].map(({ value }) => address.get(value)!)
  expect(new Set(places).size).toBe(5)
  expect(places.every((place) => place % 16 === 0)).toBe(true)
})

test('a loop writes over what it is the last to read in order, and not over what it reads otherwise', () => {
  const w = new Writer()
  const x = w.node('Cumsum', { x: w.input(4, 4) }, [4, 4])
  const y = w.node('Exp', { x }, [4, 4])
  const z = w.node('Cumsum', { x: y }, [4, 4])
  const turned = w.node('Exp', { x: { ...z, view: { offset: 0, strides: [1, 4] } } }, [4, 4])
  const graph = w.graph(w.node('Cumsum', { x: turned }, [4, 4]))
  const { address } = plan(graph, fuse(graph))
  expect(address.get(y.value)).toBe(address.get(x.value))
  expect(address.get(turned.value)).not.toBe(address.get(z.value))
})

test('places of one’s own are kept to', () => {
  const w = new Writer()
  const x = w.input(4)
  const graph = w.graph(w.node('Exp', { x }, [4]))
  const { address, bytes } = plan(graph, fuse(graph), 64, new Map([[x.value, 32]]))
  expect(address.get(x.value)).toBe(32)
  expect(address.get(graph.outputs[0]!.value)).toBe(64)
  expect(bytes).toBe(80)
})
