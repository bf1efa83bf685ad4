import { expect, test } from 'vitest'
import { optimise } from '../build.js'
import { kernels, Writer } from './graphs.fixture.js'
import { lower } from './lower.js'

test('identities, reshapes and casts to the same leave no kernel', () => {
  const w = new Writer()
  const x = w.input(2, 3)
  const y = w.node('Identity', { x }, [2, 3])
  const z = w.node('Reshape', { x: y }, [6], { shape: [6] })
  const c = w.node('Cast', { x: z }, [6], { dtype: 'float32' })
  const lowered = lower(w.graph(w.node('Exp', { x: c }, [6])))
  expect(kernels(lowered)).toEqual(['Exp'])
  expect(lowered.nodes[0]!.inputs.x).toEqual({ value: x.value, shape: [6] })
})

test('what is computed behind a barrier is not taken for what was computed before it', () => {
  const w = new Writer()
  const x = w.input(2, 3)
  const again = w.node('EbbflowBarrier', { 0: x }, [2, 3])
  const results = [x, again].map((y) => w.node('Exp', { x: w.node('Tanh', { x: y }, [2, 3]) }, [2, 3]))
  const { graph } = optimise(w.graph(...results))
  expect(kernels(graph)).toEqual(['Copy', 'Tanh', 'Exp', 'Tanh', 'Exp'])
})

test('slices, transposes, reversals and broadcasts become views of what they read', () => {
  const w = new Writer()
  const x = w.input(4, 6)
  const cut = w.node('Slice', { x }, [2, 6], { begin: [1, 0], size: [2, 6] })
  const turned = w.node('Transpose', { x: cut }, [6, 2], { perm: [1, 0] })
  const back = w.node('Reverse', { x: turned }, [6, 2], { dims: [0] })
  const lowered = lower(w.graph(w.node('Exp', { x: back }, [6, 2])))
  expect(kernels(lowered)).toEqual(['Exp'])
  expect(lowered.nodes[0]!.inputs.x).toEqual({
    value: x.value,
    shape: [6, 2],
    view: { offset: 6 + 5, strides: [-1, 6] },
  })
})

test('a view that is an output, or under a shape that no strides say, is copied', () => {
  const w = new Writer()
  const x = w.input(2, 3)
  const turned = w.node('Transpose', { x }, [3, 2], { perm: [1, 0] })
  const flat = w.node('Reshape', { x: turned }, [6], { shape: [6] })
  const lowered = lower(w.graph(turned, w.node('Exp', { x: flat }, [6])))
  expect(kernels(lowered)).toEqual(['Copy', 'Exp'])
  const [copy] = lowered.nodes[0]!.outputs
  expect(lowered.outputs[0]).toEqual({ value: copy, shape: [3, 2] })
  expect(lowered.nodes[1]!.inputs.x).toEqual({ value: copy, shape: [6] })
})

test('a transposed left side of a product is read by strides; a right side is copied, since its rows must lie together', () => {
  const product = (transposeA: boolean, transposeB: boolean) => {
    const w = new Writer()
    const [a, b] = [w.input(...(transposeA ? [3, 2] : [2, 3])), w.input(...(transposeB ? [4, 3] : [3, 4]))]
    return lower(w.graph(w.node('BatchMatMul', { a, b }, [2, 4], { transposeA, transposeB })))
  }
  expect(kernels(product(false, false))).toEqual(['MatMul'])
  expect(kernels(product(true, false))).toEqual(['MatMul'])
  expect(product(true, false).nodes[0]!.inputs.a!.view).toEqual({ offset: 0, strides: [1, 2] })
  expect(kernels(product(false, true))).toEqual(['Copy', 'MatMul'])
})

test('a product of one term is one of each with each', () => {
  const w = new Writer()
  const [a, b] = [w.input(5, 1), w.input(1, 3)]
  const lowered = lower(w.graph(w.node('BatchMatMul', { a, b }, [5, 3], { transposeA: false, transposeB: false })))
  expect(kernels(lowered)).toEqual(['Multiply'])
  expect(lowered.outputs[0]!.shape).toEqual([5, 3])
})

test('softmax and mean are made of simpler kernels, concatenation and padding of copies into one result', () => {
  const w = new Writer()
  const x = w.input(2, 3)
  const soft = w.node('Softmax', { logits: x }, [2, 3], { dim: 1 })
  const both = w.node('Concat', { 0: soft, 1: x }, [2, 6], { axis: 1 })
  const lowered = lower(w.graph(w.node('Mean', { x: both }, [2], { axis: 1 })))
  expect(kernels(lowered)).toEqual(['Max', 'Sub', 'Exp', 'Sum', 'RealDiv', 'Join', 'Sum', 'Multiply'])
  expect(lowered.nodes[5]!.attrs.views).toEqual([
    { offset: 0, strides: [6, 1] },
    { offset: 3, strides: [6, 1] },
  ])
})

test('small whole powers are products', () => {
  const power = (n: number) => {
    const w = new Writer()
    return kernels(lower(w.graph(w.node('Pow', { a: w.input(2, 3), b: w.filled(n) }, [2, 3]))))
  }
  expect([2, 3, 4].map(power)).toEqual([['Square'], ['Square', 'Multiply'], ['Square', 'Square']])
  expect([0.5, -1, 5].map(power)).toEqual([['Pow'], ['Pow'], ['Pow']])
})

test('what has no rule is left to the host', () => {
  const w = new Writer()
  const x = w.input(2, 3)
  const cut = w.node('Slice', { x }, [2, 1], { begin: [0, 1], size: [2, 1] })
  const lowered = lower(w.graph(w.node('Cumprod', { x: cut }, [2, 1])))
  expect(kernels(lowered)).toEqual(['Copy', 'Host'])
  expect(lowered.nodes[1]!.attrs.kernel).toBe('Cumprod')
})

test('a product of few columns is computed the other way round where rows of its left side lie together', () => {
  const product = (columns: number) => {
    const w = new Writer()
    const [a, b] = [w.input(32, 24), w.input(32, columns)]
    return lower(w.graph(w.node('BatchMatMul', { a, b }, [24, columns], { transposeA: true, transposeB: false })))
  }
  const few = product(2)
  expect(kernels(few)).toEqual(['MatMul', 'Copy'])
  expect(few.nodes[0]!.inputs.b!.shape).toEqual([32, 24])
  expect(few.values[few.nodes[0]!.outputs[0]!]!.shape).toEqual([2, 24])
  expect(few.nodes[1]!.inputs.x!.view).toEqual({ offset: 0, strides: [1, 24] })
  expect(kernels(product(8))).toEqual(['MatMul'])
})
