import { EbbflowError, useBackend, valueAndGradients } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ListFunction, trace } from './trace.js'

beforeAll(() => useBackend('wasm'))

const x = (): tf.Tensor => tf.tensor2d([0.5, -1, 2, 0.25], [2, 2])

/** How often a kernel computes while `run` does. */
function computed(kernel: string, run: () => void): number {
  const config = tf.getKernel(kernel, 'wasm')
  const { kernelFunc } = config
  let times = 0
  config.kernelFunc = (params) => {
    times++
    return kernelFunc(params)
  }
  try {
    run()
  } finally {
    config.kernelFunc = kernelFunc
  }
  return times
}

/** Functions that do one thing at the first call and another at the second. */
const turning =
  (...each: ListFunction[]): ListFunction =>
  (inputs) =>
    (each.length > 1 ? each.shift()! : each[0]!)(inputs)

describe('the second run of a function that is recorded', () => {
  let input: tf.Tensor
  beforeEach(() => {
    input = x()
  })
  afterEach(() => input.dispose())

  const held = () => {
    const { numTensors, numBytes, numDataBuffers } = tf.memory()
    return { numTensors, numBytes, numDataBuffers }
  }
  /** The values of a function that is recorded, of which nothing is left behind. */
  const traced = (fn: ListFunction): number[][] => {
    const before = held()
    try {
      const { results } = trace(fn, [input])
      const values = results.map((result) => Array.from(result.dataSync()))
      tf.dispose(results)
      return values
    } finally {
      expect(held()).toEqual(before)
    }
  }

  test('computes nothing, gradients included', () => {
    const w = tf.tidy(() => tf.variable(tf.ones([2, 2])))
    const loss = (a: tf.Tensor) => {
      const b = tf.reshape(tf.exp(tf.matMul(a, w)), [4])
      const [left, right] = tf.split(tf.cast(b, 'float32'), 2)
      return tf.sum(tf.concat([left!, tf.mul(right!, tf.exp(tf.ones([2])))], 0))
    }
    const step: ListFunction = ([a]) => {
      const { value, gradients } = valueAndGradients(() => loss(a!), [w])
      return [value, ...gradients]
    }
    const alone = computed('Exp', () => tf.tidy(() => void step([input])))
    const constant = 1
    expect(computed('Exp', () => void traced(step))).toBe(alone + constant)
    expect(traced(step)).toEqual(tf.tidy(() => step([input]).map((y) => Array.from(y.dataSync()))))
    w.dispose()
  })

  test.each<[string, RegExp, ListFunction, ListFunction]>([
    ['another kernel', /its operation Exp/, ([a]) => [tf.exp(a!)], ([a]) => [tf.log(a!)]],
    ['one kernel less', /the number of its operations/, ([a]) => [tf.exp(tf.neg(a!))], ([a]) => [tf.neg(a!)]],
    ['one kernel more', /the number of its operations/, ([a]) => [tf.exp(a!)], ([a]) => [tf.neg(tf.exp(a!))]],
    [
      'another attribute',
      /its operation BatchMatMul/,
      ([a]) => [tf.matMul(a!, a!)],
      ([a]) => [tf.matMul(a!, a!, false, true)],
    ],
    [
      'another shape',
      /its operation Neg/,
      ([a]) => [tf.neg(tf.reshape(a!, [4]))],
      ([a]) => [tf.neg(tf.reshape(a!, [4, 1]))],
    ],
    ['another number', /a number that Mul/, ([a]) => [tf.mul(a!, 2)], ([a]) => [tf.mul(a!, 3)]],
    [
      'another constant',
      /a number that Add/,
      ([a]) => [tf.add(a!, tf.exp(tf.ones([2])))],
      ([a]) => [tf.add(a!, tf.exp(tf.zeros([2])))],
    ],
    ['other operands', /its operation Sub/, ([a]) => [tf.sub(tf.exp(a!), a!)], ([a]) => [tf.sub(a!, tf.exp(a!))]],
    ['other outputs', /its outputs/, ([a]) => [tf.exp(a!), tf.neg(a!)], ([a]) => [tf.exp(a!), tf.neg(a!)].reverse()],
  ])('finds %s', (_, message, first, second) => {
    expect(() => traced(turning(first, second))).toThrow(message)
    expect(() => traced(turning(first, second))).toThrow(EbbflowError)
  })

  test('computes where variables are given numbers', () => {
    const last = tf.tidy(() => tf.variable(tf.zeros([2, 2])))
    const assigning: ListFunction = ([a]) => {
      const y = tf.exp(a!)
      last.assign(y as tf.Tensor2D)
      return [y]
    }
    traced(assigning)
    // of the rows in another order
    const [a, b, c, d] = last.dataSync()
    expect(Array.from(input.dataSync(), Math.exp)).toEqual([c, d, a, b].map((y) => expect.closeTo(y!, 5)))
    last.dispose()
  })

  test('leaves nothing to read to those who keep a part of it', () => {
    const kept: tf.Tensor[] = []
    const keeping: ListFunction = ([a]) => {
      kept.push(tf.keep(tf.exp(a!)))
      return [tf.clone(kept.at(-1)!)]
    }
    tf.dispose(trace(keeping, [input]).results)
    expect(kept.map((y) => y.shape)).toEqual([
      [2, 2],
      [2, 2],
    ])
    expect(kept[0]!.dataSync()[0]).toBeCloseTo(Math.exp(0.5), 5)
    expect(() => kept[1]!.dataSync()).toThrow(/has no numbers/)
    tf.dispose(kept)
  })
})
