import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, inject, it } from 'vitest'
import * as special from '../index.js'
import { EbbflowError, tensor, vjp } from '../index.js'
import * as bessel from './scalar/bessel.js'
import * as beta from './scalar/betainc.js'
import * as erf from './scalar/erf.js'
import * as gamma from './scalar/gamma.js'
import * as incomplete from './scalar/gammainc.js'
import * as log from './scalar/log-space.js'
import * as normal from './scalar/normal.js'

const double = inject('backend') === 'float64'

type Scalar = (...x: number[]) => number
type Fn = (...x: tf.Tensor[]) => tf.Tensor
interface Row {
  f: Scalar
  fn: Fn
  points: number[][]
  /** Pairs of arguments that have no second derivative. */
  refused?: [number, number][]
}

const row = (f: Scalar, fn: Fn, points: number[][], refused: [number, number][] = []): Row => ({
  f,
  fn,
  points,
  refused,
})
const line = [-3, -1.25, -0.5, 0.25, 0.75, 2.5].map((v) => [v])
const positive = [0.25, 0.75, 1.25, 2.5, 6, 12.5].map((v) => [v])
const negative = [-0.125, -0.5, -1.25, -4, -20].map((v) => [v])
const shapes = [
  [0.5, 0.25],
  [0.75, 2],
  [3, 2],
  [2.5, 6],
  [40, 50],
  [200, 190],
  [200, 230],
]
const unit = [
  [0.5, 0.5, 0.25],
  [2, 3, 0.375],
  [3, 0.75, 0.75],
  [30, 20, 0.5],
  [5, 40, 0.25],
]

const rows: Record<string, Row> = {
  lgamma: row(gamma.lgamma, (x) => special.lgamma(x!), [...positive, [-0.25], [-1.625]]),
  digamma: row(gamma.digamma, (x) => special.digamma(x!), [...positive, [-0.25], [-1.625]]),
  trigamma: row(gamma.trigamma, (x) => special.trigamma(x!), [...positive, [-1.625]]),
  polygamma: row(
    (x) => gamma.polygamma(3, x!),
    (x) => special.polygamma(3, x!),
    positive.slice(1),
  ),
  lbeta: row(gamma.lbeta, (a, b) => special.lbeta(a!, b!), shapes),
  gammainc: row(incomplete.gammainc, (a, x) => special.gammainc(a!, x!), shapes, [[0, 0]]),
  gammaincc: row(incomplete.gammaincc, (a, x) => special.gammaincc(a!, x!), shapes, [[0, 0]]),
  betainc: row(beta.betainc, (a, b, x) => special.betainc(a!, b!, x!), unit, [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]),
  erf: row(erf.erf, (x) => special.erf(x!), line),
  erfc: row(erf.erfc, (x) => special.erfc(x!), line),
  erfinv: row(erf.erfinv, (x) => special.erfinv(x!), [[-0.5], [-0.125], [0.25], [0.5]]),
  ndtr: row(normal.ndtr, (x) => special.ndtr(x!), line),
  logNdtr: row(normal.logNdtr, (x) => special.logNdtr(x!), [...line, [-12], [-40], [-200]]),
  ndtri: row(normal.ndtri, (x) => special.ndtri(x!), [[0.25], [0.375], [0.5], [0.625]]),
  log1p: row(Math.log1p, (x) => special.log1p(x!), [[-0.5], [0.25], [3]]),
  expm1: row(Math.expm1, (x) => special.expm1(x!), line),
  softplus: row(log.softplus, (x) => special.softplus(x!), line),
  logSigmoid: row(log.logSigmoid, (x) => special.logSigmoid(x!), line),
  log1mexp: row(log.log1mexp, (x) => special.log1mexp(x!), negative),
  logExpm1: row(log.logExpm1, (x) => special.logExpm1(x!), positive),
  logAddExp: row(log.logAddExp, (a, b) => special.logAddExp(a!, b!), [
    [1, 2],
    [3, -1],
    [0.5, 0.5],
  ]),
  logSubExp: row(log.logSubExp, (a, b) => special.logSubExp(a!, b!), [
    [2, 1],
    [3, -1],
    [0.5, 0.25],
  ]),
  xlogy: row(log.xlogy, (x, y) => special.xlogy(x!, y!), [
    [1, 2],
    [-2, 0.5],
  ]),
  i0e: row(
    (x) => bessel.besselIe(0, x!),
    (x) => special.i0e(x!),
    [...line, [30]],
  ),
  i1e: row(
    (x) => bessel.besselIe(1, x!),
    (x) => special.i1e(x!),
    [...line, [30]],
  ),
  logBesselI0: row(bessel.logBesselI0, (x) => special.logBesselI0(x!), [...line, [10], [40]]),
  besselRatio: row(
    (x) => bessel.besselRatio(0, x!),
    (x) => special.besselRatio(x!),
    [...line, [10], [40]],
  ),
}

/** ∂f/∂xᵢ by differences of sixth order. */
const slope =
  (f: Scalar, i: number, step: number): Scalar =>
  (...x) => {
    const h = step * Math.min(1, Math.abs(x[i]!))
    const at = (k: number): number => f(...x.slice(0, i), x[i]! + k * h, ...x.slice(i + 1))
    return (45 * (at(1) - at(-1)) - 9 * (at(2) - at(-2)) + (at(3) - at(-3))) / (60 * h)
  }

const near = (actual: number, expected: number, tolerance: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(expected)))

describe.each(Object.keys(rows))('%s', (name) => {
  const { f, fn, points, refused } = rows[name]!
  const args = points[0]!.map((_, i) => tensor(points.map((p) => p[i]!)))
  const first = (i: number): tf.Tensor => vjp(() => fn(...args), [args[i]!], tf.ones([points.length])).gradients[0]!

  it('has the first derivative of differences', () => {
    for (let i = 0; i < args.length; i++)
      for (const [k, value] of first(i).dataSync().entries())
        near(value, slope(f, i, 2 ** -8)(...points[k]!), double ? 1e-9 : 2e-6)
  })

  it('has the second derivatives of differences, or refuses them', () => {
    for (let i = 0; i < args.length; i++)
      for (let j = 0; j < args.length; j++) {
        const second = (): tf.Tensor => vjp(() => tf.sum(first(i)), [args[j]!]).gradients[0]!
        if (refused?.some((pair) => pair[0] === i && pair[1] === j)) {
          expect(second).toThrow(EbbflowError)
          continue
        }
        const expected = slope(slope(f, i, 2 ** -7), j, 2 ** -7)
        for (const [k, value] of second().dataSync().entries())
          near(value, expected(...points[k]!), double ? 1e-7 : 2e-5)
      }
  })
})

describe('logSumExp', () => {
  const x = tensor([
    [0.5, -1, 2],
    [1000, 999, -3],
  ])

  it('does not overflow, over any axes', () => {
    const [a, b] = special.logSumExp(x, 1).dataSync()
    near(a!, Math.log(Math.exp(0.5) + Math.exp(-1) + Math.exp(2)), double ? 1e-14 : 1e-6)
    near(b!, 1000 + Math.log1p(Math.exp(-1)), double ? 1e-14 : 1e-6)
    expect(special.logSumExp(x, -1, true).shape).toEqual([2, 1])
    near(special.logSumExp(x).dataSync()[0]!, b!, 1e-6)
    expect(special.logSumExp(x, [0, 1], true).shape).toEqual([1, 1])
  })

  it('takes infinities, with gradients that are numbers', () => {
    const y = tensor([
      [-Infinity, -Infinity],
      [-Infinity, 1],
      [Infinity, 1],
    ])
    expect([...special.logSumExp(y, 1).dataSync()]).toEqual([-Infinity, 1, Infinity])
    const [dy] = vjp(() => special.logSumExp(y, 1), [y], tf.ones([3])).gradients
    expect([...dy!.dataSync()].slice(0, 4)).toEqual([0, 0, 0, 1])
    expect(special.logSumExp(tensor([NaN, 1])).dataSync()[0]).toBeNaN()
  })

  it('has the softmax for gradient, and its derivative for second', () => {
    const z = tensor([0.5, -1, 2])
    const p = [0.5, -1, 2].map(Math.exp)
    const total = p.reduce((s, v) => s + v)
    const first = (): tf.Tensor => vjp(() => special.logSumExp(z, 0), [z], tensor(1)).gradients[0]!
    for (const [i, v] of first().dataSync().entries()) near(v, p[i]! / total, double ? 1e-14 : 1e-6)
    const weights = tensor([1, 0, 0])
    const second = vjp(() => tf.sum(tf.mul(first(), weights)), [z]).gradients[0]!.dataSync()
    for (const [j, v] of second.entries()) {
      const expected = (p[0]! / total) * ((j === 0 ? 1 : 0) - p[j]! / total)
      near(v, expected, double ? 1e-14 : 1e-6)
    }
  })
})

describe('gradients at edges', () => {
  it('of logAddExp at equal infinities, and of xlogy at 0, are numbers', () => {
    const low = tensor([-Infinity])
    const both = vjp(() => special.logAddExp(low, low), [low], tf.ones([1])).gradients[0]!
    expect([...both.dataSync()]).toEqual([1])
    const zero = tensor([0])
    const other = tensor([0])
    const { gradients } = vjp(() => special.xlogy(zero, other), [zero, other], tf.ones([1]))
    expect(gradients.map((g) => g.dataSync()[0])).toEqual([0, 0])
  })

  it('of the log-space forms stay right far out', () => {
    const x = tensor([-100, 100])
    const at = (fn: Fn): number[] => [...vjp(() => fn(x), [x], tf.ones([2])).gradients[0]!.dataSync()]
    expect(at((v) => special.logSigmoid(v!))).toEqual([1, expect.closeTo(0, 12)])
    expect(at((v) => special.softplus(v!))).toEqual([expect.closeTo(0, 12), 1])
    const [left, right] = at((v) => special.logNdtr(v!))
    near(left!, 100.0099980009986, double ? 1e-14 : 1e-6)
    expect(right).toBe(0)
  })
})
