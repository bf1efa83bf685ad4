import { expect, test } from 'vitest'
import { dce } from './dce.js'
import { kernels, Writer } from './graphs.fixture.js'
import { lower } from './lower.js'
import { simplify } from './simplify.js'

test('sums with zero, products with one and double negation are what they are of', () => {
  const w = new Writer()
  const x = w.input(2, 3)
  const a = w.node('Add', { a: w.filled(0, 2, 3), b: x }, [2, 3])
  const b = w.node('Multiply', { a, b: w.filled(1) }, [2, 3])
  const c = w.node('Neg', { x: w.node('Neg', { x: b }, [2, 3]) }, [2, 3])
  const simple = dce(simplify(w.graph(w.node('Exp', { x: c }, [2, 3]))))
  expect(kernels(simple)).toEqual(['Exp'])
  expect(simple.nodes[0]!.inputs.x).toEqual(x)
})

test('a sum with zeros that only broadcasts becomes a view', () => {
  const w = new Writer()
  const x = w.input(2, 1)
  const wide = w.node('Add', { a: w.filled(0, 2, 3), b: x }, [2, 3])
  const simple = simplify(w.graph(w.node('Multiply', { a: wide, b: w.input(2, 3) }, [2, 3])))
  expect(kernels(simple)).toEqual(['Multiply'])
  expect(simple.nodes[0]!.inputs.a).toEqual({ value: x.value, shape: [2, 3], view: { offset: 0, strides: [1, 0] } })
})

test('products with zero stay, for what is not finite stays', () => {
  const w = new Writer()
  const graph = w.graph(w.node('Multiply', { a: w.input(2), b: w.filled(0) }, [2]))
  expect(kernels(simplify(graph))).toEqual(['Multiply'])
})

test('the slope of a rectifier is told by its result', () => {
  const w = new Writer()
  const x = w.input(2, 3)
  const relu = w.node('Relu', { x }, [2, 3])
  const slope = w.node('Step', { x }, [6], { alpha: 0 })
  const simple = simplify(w.graph(relu, slope, w.node('Step', { x: w.input(2, 3) }, [2, 3])))
  expect(kernels(simple)).toEqual(['Relu', 'Step', 'Step'])
  expect(simple.nodes[1]!.inputs.x!.value).toBe(relu.value)
  expect(simple.outputs[1]!.value).toBe(slope.value)
})

test('what reads in row-major order gets a copy of what has become a view', () => {
  const w = new Writer()
  const [x, zeros, ones] = [w.input(3), w.filled(0, 2, 3), w.filled(1, 3, 2)]
  const spread = w.node('Add', { a: x, b: zeros }, [2, 3])
  const hosted = w.node('TopK', { x: spread }, [2, 3])
  const turned = w.node(
    'Multiply',
    { a: w.node('Transpose', { x: w.input(2, 3) }, [3, 2], { perm: [1, 0] }), b: ones },
    [3, 2],
  )
  const product = w.node('BatchMatMul', { a: w.input(4, 3), b: turned }, [4, 2], {
    transposeA: false,
    transposeB: false,
  })
  const simplified = dce(simplify(lower(w.graph(hosted, product))))
  expect(kernels(simplified).sort()).toEqual(['Copy', 'Copy', 'Host', 'MatMul'])
  for (const { kernel, inputs } of simplified.nodes)
    if (kernel === 'Host' || kernel === 'MatMul')
      for (const use of Object.values(inputs)) expect(use.view).toBeUndefined()
})
