import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, inject, it } from 'vitest'
import { broadcastShapes, showShape, splitShape } from './shape.js'
import { constant, type NestedNumbers, tensor } from './tensor.js'

const exact = inject('backend') === 'float64'
const narrowed = (x: number): number => (exact ? x : Math.fround(x))

describe('constant and tensor', () => {
  it('do not round in double precision', () => {
    tf.tidy(() => {
      for (const x of [0.1, 1 / 3, 1e-5, Math.PI]) {
        expect(constant(x).dataSync()[0]).toBe(narrowed(x))
        expect(tensor(x).dataSync()[0]).toBe(narrowed(x))
        expect(tensor([[x], [2 * x]]).dataSync()[1]).toBe(narrowed(2 * x))
        expect(tensor(Float64Array.of(x)).dataSync()[0]).toBe(narrowed(x))
      }
      expect(constant(0.1, [2, 3]).shape).toEqual([2, 3])
    })
  })

  it('find the shape of nested numbers, or take one', () => {
    tf.tidy(() => {
      expect(tensor([[1, 2, 3]]).shape).toEqual([1, 3])
      expect(tensor(5).shape).toEqual([])
      expect(tensor([]).shape).toEqual([0])
      expect(tensor(new Float32Array(6), [2, 3]).shape).toEqual([2, 3])
      const given = tf.zeros([2, 3])
      expect(tensor(given)).toBe(given)
      expect(tensor(given, [6]).shape).toEqual([6])
    })
  })

  it('copy: a buffer that is used again changes nothing', () => {
    tf.tidy(() => {
      const buffer = exact ? new Float64Array([1, 2]) : new Float32Array([1, 2])
      const x = tensor(buffer)
      buffer[0] = 9
      expect([...x.dataSync()]).toEqual([1, 2])
    })
  })

  it.each<[NestedNumbers]>([[[[1, 2], [3]]], [[1, [2]]], [[[1], 2]], [[[], [1]]]])('refuse ragged %j', (values) => {
    expect(() => tensor(values)).toThrow('ragged')
  })

  it('refuse values that do not fill the shape', () => {
    expect(() => tensor([1, 2, 3], [2, 2])).toThrow('expected 4 values for [2, 2], got 3')
  })
})

describe('shapes', () => {
  it('broadcast as tensors do', () => {
    expect(broadcastShapes([3, 1], [2])).toEqual([3, 2])
    expect(broadcastShapes([], [4, 0])).toEqual([4, 0])
    expect(() => broadcastShapes([3], [2])).toThrow('[3] and [2]')
  })

  it('split before the event', () => {
    expect(splitShape([4, 3, 2], 1)).toEqual({ batch: [4, 3], event: [2] })
    expect(() => splitShape([2], 2)).toThrow('expected at least 2, got [2]')
    expect(showShape([1, 2])).toBe('[1, 2]')
  })
})
