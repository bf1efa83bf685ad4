import { readFileSync } from 'node:fs'
import { type Bijector, currentBackend, FLOAT64, type NestedNumbers, tensor, withBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import {
  ActNorm,
  Affine,
  affine,
  BatchNorm,
  Block,
  Bounded,
  Coupling,
  Elementwise,
  Exp,
  type Family,
  Householder,
  InvertibleConvolution,
  Logit,
  LULinear,
  MLP,
  Permutation,
  Planar,
  type Pointwise,
  Radial,
  rationalQuadratic,
  Sigmoid,
  Softplus,
  Sylvester,
  shift,
  Tanh,
} from './index.js'

type Matrix = number[][]
interface Case {
  layer: string
  source: string
  parameters: Record<string, unknown>
  x: NestedNumbers
  y: NestedNumbers
  logDet: number[]
}
/** What maps like the case: a layer whose parameters are set to be the constrained ones of the other library. */
type Maker = (parameters: never) => Bijector

const { cases } = JSON.parse(
  readFileSync(new URL('../../../fixtures/bijectors-vector.json', import.meta.url), 'utf8'),
) as { cases: Case[] }

function withValues<B extends Bijector>(layer: B, values: Record<string, NestedNumbers>): B {
  layer.init()
  const slots = layer.slots()
  for (const [name, value] of Object.entries(values)) slots.get(name)!.assign(tensor(value))
  return layer
}

/** t with t / (1 + steepest · softplus(−t)) = product: what is trained from what the formula takes, by bisection. */
function rawProduct(product: number, activation: Pointwise): number {
  const steepest = activation === 'tanh' ? 1 : 0.25
  const softplus = (a: number): number => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)))
  let [low, high] = [-1e4, 1e4]
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2
    if (middle / (1 + steepest * softplus(-middle)) < product) low = middle
    else high = middle
  }
  return (low + high) / 2
}

const dot = (a: number[], b: number[]): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0)

/** L below the diagonal, U above, ln of its diagonal on it. */
const packed = (lower: Matrix, upper: Matrix): Matrix =>
  upper.map((row, i) => row.map((v, j) => (j > i ? v : j < i ? lower[i]![j]! : Math.log(v))))

interface Weights {
  kernels: Matrix[]
  biases: number[][]
}

function coupling(family: Family, { kernels, biases }: Weights): Coupling {
  const [inputs, hidden, outputs] = [kernels[0]!.length, biases[0]!.length, biases[1]!.length]
  const conditioner = new MLP({ inputs, outputs, hidden: [hidden] })
  const layer = new Coupling({ dimensions: 5, split: inputs, family, conditioner })
  const named = [0, 1].flatMap((i): [string, NestedNumbers][] => [
    [`conditioner.${i}.kernel`, kernels[i]!],
    [`conditioner.${i}.bias`, biases[i]!],
  ])
  return withValues(layer, Object.fromEntries(named))
}

const makers: Record<string, Maker> = {
  softplus: () => new Softplus(),
  tanh: () => new Tanh(),
  sigmoid: () => new Sigmoid(),
  exp: () => new Exp(),
  logit: () => new Logit(),
  affine: (p: { shift: number[]; scale: number[] }) => new Affine(p),
  bounded: (p: { lower: number[]; upper: number[] }) => new Bounded(p),
  'rational-quadratic': ({ bound, x, y, slopes }: { bound: number; x: Matrix; y: Matrix; slopes: Matrix }) => {
    const minimum = 1e-4
    const family = rationalQuadratic({ bins: x[0]!.length - 1, bound, minimumBin: minimum, minimumSlope: minimum })
    const rawSizes = (knots: number[]): number[] =>
      knots.slice(1).map((knot, k) => Math.log((knot - knots[k]!) / (2 * bound) - minimum))
    const unsoftened = (s: number): number => Math.log(Math.expm1(s - minimum))
    return withValues(new Elementwise({ family, shape: [x.length] }), {
      sizes: x.map((knots, d) => [rawSizes(knots), rawSizes(y[d]!)]),
      slopes: slopes.map((all) => all.slice(1, -1).map((slope) => unsoftened(slope) - unsoftened(1))),
    })
  },
  planar: ({ activation, u, w, b }: { activation: Pointwise; u: number[]; w: number[]; b: number }) => {
    const product = dot(u, w)
    const raw = u.map((v) => (v * rawProduct(product, activation)) / product)
    return withValues(new Planar({ dimensions: u.length, activation }), { u: raw, w, b })
  },
  radial: ({ alpha, beta, centre }: { alpha: number; beta: number; centre: number[] }) =>
    withValues(new Radial({ dimensions: centre.length }), {
      centre,
      logAlpha: Math.log(alpha),
      logRatio: Math.log((alpha + beta) / alpha),
    }),
  sylvester: (p: { activation: Pointwise; vectors: Matrix; r: Matrix; rTilde: Matrix; b: number[] }) => {
    const { activation, vectors, rTilde, b } = p
    const r = p.r.map((row, i) =>
      row.map((v, j) => (i === j ? rawProduct(v * rTilde[i]![i]!, activation) / rTilde[i]![i]! : v)),
    )
    const layer = new Sylvester({ dimensions: vectors[0]!.length, units: vectors.length, activation })
    return withValues(layer, { vectors, r, rTilde, b })
  },
  householder: ({ vectors }: { vectors: Matrix }) =>
    withValues(new Householder({ dimensions: vectors[0]!.length, reflections: vectors.length }), { vectors }),
  'lu-linear': ({ lower, upper, bias }: { lower: Matrix; upper: Matrix; bias: number[] }) =>
    withValues(new LULinear({ dimensions: bias.length }), { factors: packed(lower, upper), bias }),
  convolution: ({ weight }: { weight: Matrix }) =>
    withValues(new InvertibleConvolution({ shape: [2, 3, 4] }), { weight }),
  'convolution-lu': ({ order, lower, upper }: { order: number[]; lower: Matrix; upper: Matrix }) => {
    // the layer's own order is drawn from its seed
    let seed = 0
    while (`${Permutation.random(order.length, seed).order}` !== `${order}`) seed += 1
    return withValues(new InvertibleConvolution({ shape: [2, 3, 4], lu: true, seed }), {
      factors: packed(lower, upper),
    })
  },
  'coupling-affine': (weights: Weights) => coupling(affine({ bound: Number.POSITIVE_INFINITY }), weights),
  'coupling-additive': (weights: Weights) => coupling(shift(), weights),
  block: (p: { shift: number[]; scale: number[] }) =>
    new Block([
      { size: 1, bijector: new Exp() },
      { size: p.shift.length, bijector: new Affine(p) },
    ]),
  'act-norm': (p: { logScale: number[]; bias: number[] }) => withValues(new ActNorm({ shape: [p.bias.length] }), p),
  'batch-norm': (p: { mean: number[]; variance: number[]; epsilon: number; scale: number[]; shift: number[] }) =>
    withValues(new BatchNorm({ shape: [p.mean.length], epsilon: p.epsilon, affine: true }), {
      runningMean: p.mean,
      runningVariance: p.variance,
      logScale: p.scale.map(Math.log),
      shift: p.shift,
    }),
}

function near(actual: tf.Tensor, expected: tf.Tensor, what: string): void {
  expect(actual.shape, what).toEqual(expected.shape)
  const tolerance = currentBackend() === FLOAT64 ? 1e-9 : 1e-4
  const values = actual.dataSync()
  for (const [i, e] of expected.dataSync().entries())
    expect(Math.abs(values[i]! - e), `${what} ${i}: ${values[i]} against ${e}`).toBeLessThan(
      tolerance * (1 + Math.abs(e)),
    )
}

const named = cases.map((one, i) => ({ ...one, name: `${one.layer} of ${one.source}, case ${i}` }))

describe.each([FLOAT64, 'wasm'] as const)('values of other libraries, on %s', (backend) => {
  it.each(named)('$name', ({ layer, parameters, ...one }) => {
    withBackend(backend, () => {
      tf.tidy(() => {
        const bijector = makers[layer]!(parameters as never)
        const [x, y, logDet] = [tensor(one.x), tensor(one.y), tensor(one.logDet)]
        const there = bijector.forwardAndLogDet(x)
        near(there.value, y, 'value')
        near(there.logDet, logDet, 'log-determinant')
        // saturated values have no way back
        if (backend === FLOAT64 || layer !== 'sigmoid') {
          const back = bijector.inverseAndLogDet(y)
          near(back.value, x, 'inverse')
          near(back.logDet, tf.neg(logDet), 'log-determinant of the inverse')
        }
        bijector.dispose()
      })
    })
  })
})

it('has a value for every layer, and a layer for every value', () => {
  expect(new Set(cases.map(({ layer }) => layer))).toEqual(new Set(Object.keys(makers)))
})
