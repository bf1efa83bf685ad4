import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { EbbflowError } from '../../errors.js'
import { Rng } from '../../random/index.js'
import { constant, tensor } from '../../tensor.js'
import { loadBackend, withBackend } from '../index.js'

beforeAll(() => loadBackend('float64'))

const inDouble = (body: () => tf.Tensor): Float64Array =>
  withBackend('float64', () => tf.tidy(() => body().dataSync())) as unknown as Float64Array

describe('the guard against numbers rounded on their way in', () => {
  it.each([0.1, 1 / 3, 1e-5, 0.5 * Math.log(2 * Math.PI), -Math.PI, 1e10 / 3, 1e-40])('stops tf.scalar(%d)', (x) => {
    let error: unknown
    try {
      inDouble(() => tf.scalar(x))
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(EbbflowError)
    expect((error as EbbflowError).code).toBe('argument')
    expect((error as EbbflowError).message).toMatch(/constant\(value\) or tensor\(values\).*got /)
  })

  it('stops numbers among the arguments of operations', () => {
    expect(() => inDouble(() => tf.mul(tf.ones([3]), 0.1))).toThrow(/rounded to single precision/)
    expect(() => inDouble(() => tf.tensor1d([0.7]))).toThrow(/rounded to single precision/)
    expect(() => inDouble(() => tf.add(tf.ones([1]), 1e-3))).toThrow(/rounded to single precision/)
  })

  it.each([
    0,
    -0,
    1,
    -2,
    0.5,
    0.375,
    2 ** -20,
    1000,
    8193,
    99999,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ])('lets %d pass, which single precision holds', (x) => {
    expect(inDouble(() => tf.scalar(x))[0]).toBe(x)
  })

  it('lets data, integers and masks pass', () => {
    expect(inDouble(() => tf.tensor1d(Float32Array.of(0.1, 0.2)))[0]).toBe(Math.fround(0.1))
    expect(inDouble(() => tf.scalar(123456789, 'int32'))[0]).toBe(123456789)
    expect(inDouble(() => tf.scalar(true, 'bool'))[0]).toBe(1)
    expect(inDouble(() => Rng.seed(3).normal([1]))).toHaveLength(1)
  })

  it('lets constant() and tensor() bring numbers in unrounded', () => {
    expect(inDouble(() => constant(0.1))[0]).toBe(0.1)
    expect(inDouble(() => tf.mul(tf.ones([2]), constant(1 / 3)))[1]).toBe(1 / 3)
    expect([...inDouble(() => tensor([0.1, 1e-300]))]).toEqual([0.1, 1e-300])
    expect(inDouble(() => tf.fill([2], 1e-5))[0]).toBe(1e-5)
    expect(inDouble(() => tf.leakyRelu(constant(-1), 0.1))[0]).toBe(-0.1)
    expect(inDouble(() => tf.linspace(0, 1, 11))[3]).toBe(3 * 0.1)
  })
})
