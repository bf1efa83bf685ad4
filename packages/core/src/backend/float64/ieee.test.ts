import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { constant, tensor } from '../../tensor.js'
import { loadBackend, withBackend } from '../index.js'

beforeAll(() => loadBackend('float64'))

const run = (body: () => tf.Tensor): number[] => withBackend('float64', () => tf.tidy(() => [...body().dataSync()]))
const kernel = (name: string, inputs: Record<string, tf.Tensor>, attrs: object): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap) as tf.Tensor
const { NaN: nan, POSITIVE_INFINITY: inf } = Number

// right here and wrong in tfjs's own backends, so that the table of cases cannot hold them
describe('NaN and infinities', () => {
  it.each([
    ['sign', (x: tf.Tensor) => tf.sign(x)],
    ['clip', (x: tf.Tensor) => tf.clipByValue(x, -1, 1)],
    ['maximum', (x: tf.Tensor) => tf.maximum(x, 1)],
    ['minimum', (x: tf.Tensor) => tf.minimum(1, x)],
    ['relu', (x: tf.Tensor) => tf.relu(x)],
    ['relu6', (x: tf.Tensor) => tf.relu6(x)],
    ['max', (x: tf.Tensor) => tf.max(x)],
    ['min', (x: tf.Tensor) => tf.min(x)],
    ['erf', (x: tf.Tensor) => tf.erf(x)],
    ['softmax', (x: tf.Tensor) => tf.softmax(x)],
  ] as const)('%s passes NaN on', (_, f) => {
    expect(run(() => f(tensor([nan, 0])))[0]).toBeNaN()
  })

  it('has the powers of IEEE 754', () => {
    expect(run(() => tf.pow(tensor([1, 1, -1, nan, 0, 2]), tensor([nan, inf, -inf, 0, -1, -inf])))).toEqual([
      1,
      1,
      1,
      1,
      inf,
      0,
    ])
  })

  it('finds NaN the largest and the smallest', () => {
    expect(run(() => tf.argMax(tensor([1, nan, 3])))).toEqual([1])
    expect(run(() => tf.argMin(tensor([1, nan, -3])))).toEqual([1])
  })

  it('keeps a NaN within its segment and its window', () => {
    const ids = (): tf.Tensor1D => tf.tensor1d([0, 1], 'int32')
    expect(run(() => tf.unsortedSegmentSum(tensor([nan, 2]), ids(), 3))).toEqual([nan, 2, 0])
    const x = [1, nan, 2, 3]
    expect(run(() => tf.maxPool(tensor(x, [1, 1, 4, 1]) as tf.Tensor4D, [1, 2], [1, 2], 'valid'))).toEqual([nan, 3])
  })

  it('has no mean of nothing', () => {
    expect(run(() => tf.mean(tf.zeros([0])))).toEqual([nan])
    expect(run(() => tf.max(tf.zeros([0])))).toEqual([-inf])
    expect(run(() => tf.sum(tf.zeros([0, 3]), 0))).toEqual([0, 0, 0])
  })
})

describe('what tfjs’s own backends get wrong', () => {
  it('broadcasts the batches of a matrix product on both sides', () => {
    const out = run(() => tf.matMul(tensor([1, 2], [2, 1, 1, 1]), tensor([1, 10, 100], [3, 1, 1])))
    expect(out).toEqual([1, 10, 100, 2, 20, 200])
  })

  it('strides an axis beside one that it drops', () => {
    expect(
      run(() => tf.stridedSlice(tf.reshape(tf.range(0, 24), [4, 6]), [1, 0], [2, 4], [1, 2], 0, 0, 0, 0, 1)),
    ).toEqual([6, 8])
  })

  it('divides the gradient of an average at an edge by what the window covers', () => {
    const attrs = { filterSize: [1, 2], strides: [1, 1], pad: 'same' }
    const dx = run(() => kernel('AvgPoolGrad', { dy: tf.ones([1, 1, 2, 1]), input: tf.ones([1, 1, 2, 1]) }, attrs))
    expect(dx).toEqual([0.5, 1.5])
  })
})

describe('limits', () => {
  it.each([-1, 3])('refuses to gather at %d of three', (at) => {
    expect(() => run(() => tf.gather(tensor([1, 2, 3]), tf.tensor1d([at], 'int32')))).toThrow(/out of range.*0 to 2/)
  })

  it('drops segments below zero and refuses those above', () => {
    const sum = (id: number) => () => tf.unsortedSegmentSum(tensor([1, 2]), tf.tensor1d([0, id], 'int32'), 2)
    expect(run(sum(-1))).toEqual([1, 0])
    expect(() => run(sum(2))).toThrow(/out of range/)
  })

  it('refuses slices past the end', () => {
    expect(() => run(() => kernel('Slice', { x: tensor([1, 2]) }, { begin: [1], size: [2] }))).toThrow(
      /slice out of range/,
    )
  })

  it('takes repeated letters and sizes that do not fit in einsum', () => {
    expect(
      run(() =>
        kernel(
          'Einsum',
          {
            0: tensor([
              [1, 2],
              [3, 4],
            ]),
          },
          { equation: 'ii->i' },
        ),
      ),
    ).toEqual([1, 4])
    expect(() => run(() => kernel('Einsum', { 0: tensor([[1, 2]]) }, { equation: 'ii->i' }))).toThrow(/sizes of 'i'/)
  })

  it('convolves with channels first as with channels last', () => {
    const image = Array.from({ length: 32 }, (_, k) => Math.sin(k))
    const filter = (): tf.Tensor4D =>
      tensor(
        Array.from({ length: 24 }, (_, k) => Math.cos(k)),
        [2, 2, 2, 3],
      ) as tf.Tensor4D
    const last = run(() => tf.conv2d(tensor(image, [1, 4, 4, 2]) as tf.Tensor4D, filter(), 1, 'valid'))
    const first = run(() => {
      const x = tf.transpose(tensor(image, [1, 4, 4, 2]), [0, 3, 1, 2]) as tf.Tensor4D
      return tf.transpose(tf.conv2d(x, filter(), 1, 'valid', 'NCHW'), [0, 2, 3, 1])
    })
    expect(first).toEqual(last)
  })

  it('pads a convolution by a number as by zeros', () => {
    const image = (): tf.Tensor4D =>
      tensor(
        Array.from({ length: 16 }, (_, k) => Math.sin(k)),
        [1, 4, 4, 1],
      ) as tf.Tensor4D
    const filter = (): tf.Tensor4D =>
      tensor(
        Array.from({ length: 9 }, (_, k) => Math.cos(k)),
        [3, 3, 1, 1],
      ) as tf.Tensor4D
    const padded = run(() => tf.conv2d(image(), filter(), 1, 1))
    expect(padded).toEqual(
      run(() =>
        tf.conv2d(
          tf.pad(image(), [
            [0, 0],
            [1, 1],
            [1, 1],
            [0, 0],
          ]),
          filter(),
          1,
          'valid',
        ),
      ),
    )
  })

  it('casts by truncation, and masks by difference from zero', () => {
    expect(run(() => tf.cast(tensor([1.9, -1.9, 0.5]), 'int32'))).toEqual([1, -1, 0])
    expect(run(() => tf.cast(tensor([1e-300, 0, nan]), 'bool'))).toEqual([1, 0, 1])
    expect(run(() => tf.cast(constant(0.1), 'float32'))).toEqual([0.1])
  })
})
