import { useBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { verify } from './program.js'
import { besideOf } from './trace.js'

beforeAll(() => useBackend('wasm'))

test('first results may be five in a thousand of the largest away, and NaN only where the engine says so', () => {
  const expected = [tf.tensor1d([1, -100, Number.NaN])]
  const check = (...got: number[]) => verify([got], expected)
  expect(() => check(1.4, -100, Number.NaN)).not.toThrow()
  expect(() => check(1.6, -100, Number.NaN)).toThrow(/differs from the engine's at output 0, element 0/)
  expect(() => check(1, Number.NaN, Number.NaN)).toThrow(/element 1/)
  expect(() => check(1, -100, 0)).toThrow(/element 2/)
})

test('they may be further away where rounding of the inputs carries the engine as far, but never by half', () => {
  const expected = [tf.tensor1d([1, 10])]
  const check = (got: number[], moved: number[]) => verify([got], expected, () => [moved])
  expect(() => check([2, 10], [1, 10.125])).not.toThrow()
  expect(() => check([2, 10], [1, 10.001])).toThrow(/element 0/)
  expect(() => check([7, 10], [1, 100])).toThrow(/element 0/)
})

test('where small steps do not carry it over an edge that is near, larger ones may', () => {
  const steps: number[] = []
  const check = (got: number, edge: number) =>
    verify([[got, 10]], [tf.tensor1d([1, 10])], (turn) => {
      steps.push(turn)
      return [[turn < edge ? 1 : 1.125, 10]]
    })
  expect(() => check(2, 3)).not.toThrow()
  expect(steps).toEqual([0, 1, 2, 3])
  expect(() => check(2.2, 3)).toThrow(/element 0/)
  expect(() => check(2, 99)).toThrow(/element 0/)
})

test('an output that is rounding of far larger numbers, to the engine and to the program, may be any such', () => {
  const check = (got: number, want: number) => verify([[1], [got]], [tf.tensor1d([1]), tf.tensor1d([want])])
  expect(() => check(0, -1.8e-6)).not.toThrow()
  expect(() => check(2e-6, -1.8e-6)).not.toThrow()
  expect(() => check(2e-5, -1.8e-6)).toThrow(/output 1/)
  expect(() => check(0, 2e-5)).toThrow(/output 1/)
})

test('what is ill-conditioned moves when its inputs do by a few units in the last place', () => {
  const x = tf.tensor1d([1, 2, 3])
  const far = (f: (x: tf.Tensor) => tf.Tensor): number => {
    const [moved] = besideOf(([given]) => [f(given!)], [x], 0)
    return Math.max(...Array.from(f(x).dataSync(), (v, i) => Math.abs(v - moved![i]!)))
  }
  const before = tf.memory().numTensors
  expect(far((a) => tf.add(a, 1))).toBeLessThan(2e-6)
  expect(far((a) => tf.mul(tf.sub(a, [1, 2, 3]), 1e5))).toBeGreaterThan(0.04)
  expect(tf.memory().numTensors - before).toBeLessThan(12)
})
