import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, inject, it } from 'vitest'
import golden from '../../../../fixtures/special.json'
import * as special from '../index.js'
import { tensor, vjp } from '../index.js'

const double = inject('backend') === 'float64'
type Case = [args: number[], value: number, conditioning: number]
const fixtures = golden as unknown as Record<string, { cases: Case[] }>

type Fn = (...x: tf.Tensor[]) => tf.Tensor
const functions: Record<string, Fn> = {
  ...(special as unknown as Record<string, Fn>),
  polygamma2: (x) => special.polygamma(2, x!),
  polygamma3: (x) => special.polygamma(3, x!),
  polygamma5: (x) => special.polygamma(5, x!),
  gammaincSlope: (a, x) => vjp(() => special.gammainc(a!, x!), [a!], tf.onesLike(a!)).gradients[0]!,
  betaincSlopeA: (a, b, x) => vjp(() => special.betainc(a!, b!, x!), [a!], tf.onesLike(a!)).gradients[0]!,
  betaincSlopeB: (a, b, x) => vjp(() => special.betainc(a!, b!, x!), [b!], tf.onesLike(b!)).gradients[0]!,
  besselRatioSlope: (x) => vjp(() => special.besselRatio(x!), [x!], tf.onesLike(x!)).gradients[0]!,
}
const slopes = /Slope/
const ones = Object.keys(fixtures).filter((name) => name !== 'erfcx')

// what one rounding of each argument does to the value counts too, and TensorFlow flushes the smallest floats to zero
const allowed = (name: string, value: number, conditioning: number): number => {
  const relative = double ? (slopes.test(name) ? 1e-9 : 1e-13) : 1e-6
  return relative * Math.abs(value) + (double ? 2.3e-16 * conditioning + 1e-307 : 1.2e-38)
}

const columns = (rows: readonly number[][]): tf.Tensor[] =>
  rows[0]!.map((_, i) => tensor(Float64Array.from(rows, (row) => row[i]!)))

describe('values against scipy and mpmath', () => {
  it.each(ones)('%s', (name) => {
    const single = (v: number): boolean => Math.fround(v) === v
    const cases = fixtures[name]!.cases.filter(
      ([args, value]) => double || (args.every(single) && Math.abs(value) < 3e38),
    )
    expect(cases.length).toBeGreaterThan(10)
    const out = functions[name]!(...columns(cases.map(([args]) => args))).dataSync()
    const wrong = cases.filter(([, value, kappa], i) => !(Math.abs(out[i]! - value) <= allowed(name, value, kappa)))
    expect(wrong.map((one) => [...one, out[cases.indexOf(one)]])).toEqual([])
  })
})

const INF = Number.POSITIVE_INFINITY
const NAN = Number.NaN
const edges: [name: string, args: number[], value: number][] = [
  ['lgamma', [0], INF],
  ['lgamma', [-2], INF],
  ['lgamma', [INF], INF],
  ['lgamma', [-INF], INF],
  ['lgamma', [1], 0],
  ['lgamma', [2], 0],
  ['digamma', [0], -INF],
  ['digamma', [-3], NAN],
  ['digamma', [INF], INF],
  ['digamma', [-INF], NAN],
  ['trigamma', [0], INF],
  ['trigamma', [-1], INF],
  ['trigamma', [INF], 0],
  ['polygamma2', [-1], NAN],
  ['lbeta', [0, 1], INF],
  ['lbeta', [-1, 1], NAN],
  ['lbeta', [1, INF], -INF],
  ['gammainc', [2, 0], 0],
  ['gammainc', [2, INF], 1],
  ['gammainc', [0, 2], 1],
  ['gammainc', [0, 0], NAN],
  ['gammainc', [INF, 2], 0],
  ['gammainc', [-1, 2], NAN],
  ['gammainc', [1, -2], NAN],
  ['gammaincc', [2, 0], 1],
  ['gammaincc', [2, INF], 0],
  ['gammaincc', [0, 2], 0],
  ['gammaincc', [INF, INF], NAN],
  ['betainc', [2, 3, 0], 0],
  ['betainc', [2, 3, 1], 1],
  ['betainc', [0, 3, 0.5], 1],
  ['betainc', [2, 0, 0.5], 0],
  ['betainc', [0, 0, 0.5], NAN],
  ['betainc', [INF, 3, 0.5], 0],
  ['betainc', [2, INF, 0.5], 1],
  ['betainc', [2, 3, 1.5], NAN],
  ['betainc', [2, -3, 0.5], NAN],
  ['erf', [INF], 1],
  ['erf', [-INF], -1],
  ['erf', [0], 0],
  ['erfc', [INF], 0],
  ['erfc', [-INF], 2],
  ['erfinv', [1], INF],
  ['erfinv', [-1], -INF],
  ['erfinv', [0], 0],
  ['erfinv', [1.5], NAN],
  ['ndtr', [INF], 1],
  ['ndtr', [-INF], 0],
  ['logNdtr', [INF], 0],
  ['logNdtr', [-INF], -INF],
  ['ndtri', [0], -INF],
  ['ndtri', [1], INF],
  ['ndtri', [0.5], 0],
  ['ndtri', [-0.5], NAN],
  ['softplus', [-INF], 0],
  ['softplus', [INF], INF],
  ['logSigmoid', [INF], 0],
  ['logSigmoid', [-INF], -INF],
  ['log1mexp', [0], -INF],
  ['log1mexp', [-INF], 0],
  ['log1mexp', [1], NAN],
  ['logExpm1', [0], -INF],
  ['logExpm1', [INF], INF],
  ['log1p', [-1], -INF],
  ['log1p', [INF], INF],
  ['expm1', [-INF], -1],
  ['logAddExp', [-INF, -INF], -INF],
  ['logAddExp', [-INF, 3], 3],
  ['logAddExp', [INF, INF], INF],
  ['logAddExp', [INF, -INF], INF],
  ['logSubExp', [3, 3], -INF],
  ['logSubExp', [3, -INF], 3],
  ['logSubExp', [-INF, -INF], -INF],
  ['logSubExp', [1, 2], NAN],
  ['xlogy', [0, 0], 0],
  ['xlogy', [0, INF], 0],
  ['xlogy', [2, 0], -INF],
  ['xlogy', [0, NAN], NAN],
  ['i0e', [0], 1],
  ['i0e', [INF], 0],
  ['i1e', [0], 0],
  ['logBesselI0', [0], 0],
  ['logBesselI0', [-INF], INF],
  ['besselRatio', [0], 0],
  ['besselRatio', [-INF], -1],
]

describe('edges', () => {
  it.each(edges)('%s(%j) is %d', (name, args, value) => {
    const out = functions[name]!(...args.map((v) => tensor(v))).dataSync()[0]!
    // the sign of a zero is nobody's business here
    expect(out === 0 ? 0 : out).toBe(value)
  })

  const arities = Object.fromEntries(edges.map(([name, args]) => [name, args.length]))

  it.each(Object.keys(arities))('%s carries NaN through, and takes empty tensors', (name) => {
    for (let i = 0; i < arities[name]!; i++) {
      const args = Array.from({ length: arities[name]! }, (_, j) => tensor(j === i ? NAN : 0.5))
      expect(functions[name]!(...args).dataSync()[0]).toBeNaN()
    }
    const empty = functions[name]!(...Array.from({ length: arities[name]! }, () => tf.zeros([0, 2])))
    expect(empty.shape).toEqual([0, 2])
  })
})

describe('shapes and memory', () => {
  it('broadcasts any arguments, and sums the gradients back', () => {
    const a = tensor([[1], [2]])
    const b = tensor([1, 2, 4])
    const x = tensor(0.5)
    const { value, gradients } = vjp(() => special.betainc(a, b, x), [a, b, x], tf.ones([2, 3]))
    expect(value.shape).toEqual([2, 3])
    expect(gradients.map((g) => g.shape)).toEqual([[2, 1], [3], []])
    const values = [0.5, 0.75, 0.9375, 0.25, 0.5, 0.8125]
    for (const [i, v] of value.dataSync().entries()) expect(v).toBeCloseTo(values[i]!, 6)
    const densities = [1, 1, 0.5, 1, 1.5, 1.25]
    expect(gradients[2]!.dataSync()[0]).toBeCloseTo(
      densities.reduce((s, v) => s + v),
      5,
    )
  })

  it('reads broadcast arguments in order', () => {
    const a = tensor([
      [[1], [2]],
      [[3], [4]],
    ])
    const b = tensor([[10, 20, 30]])
    const sum = special.xlogy(a, tf.exp(tf.div(b, 10))).dataSync()
    const expected = [1, 2, 3, 4].flatMap((u) => [u, 2 * u, 3 * u])
    for (const [i, v] of sum.entries()) expect(v).toBeCloseTo(expected[i]!, 4)
  })

  it('leaves nothing behind', () => {
    const a = tensor([1, 2])
    const b = tensor([3, 0.5])
    const x = tensor([0.25, 0.5])
    const before = tf.memory().numTensors
    const made = vjp(() => special.betainc(a, b, x), [a, b, x], x)
    expect(tf.memory().numTensors).toBe(before + 4)
    tf.dispose([made.value, ...made.gradients])
    special.logSumExp(x).dispose()
    special.logNdtr(x).dispose()
    special.i1e(x).dispose()
    // the gradient's seed is ours
    const seed = tf.ones([1])
    const { value, gradients } = vjp(() => special.logSumExp(x, 0, true), [x], seed)
    tf.dispose([value, seed, ...gradients])
    expect(tf.memory().numTensors).toBe(before)
  })
})
