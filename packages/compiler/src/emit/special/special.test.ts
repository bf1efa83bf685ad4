import {
  besselRatio,
  digamma,
  erfc,
  erfinv,
  i0e,
  i1e,
  lbeta,
  lgamma,
  loadBackend,
  log1mexp,
  logAddExp,
  logExpm1,
  logNdtr,
  logSubExp,
  ndtr,
  ndtri,
  Rng,
  tensor,
  useBackend,
  vjp,
  withBackend,
  xlogy,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { compile } from '../../compile.js'

beforeAll(async () => {
  await useBackend('wasm')
  await loadBackend('float64')
})

/** Numbers of every size on a range, and on a smaller one around zero. */
function numbers(low: number, high: number, seed = ''): Float32Array {
  const u = Rng.seed(`${low} ${high} ${seed}`).values('uniform', 2000)
  return u.map((v, i) => {
    const x = low + (high - low) * v
    return i % 2 === 0 ? x : x * 10 ** -(6 * u[(i * 7) % 2000]!)
  })
}
const sizes = (low: number, high: number): Float32Array => numbers(Math.log(low), Math.log(high)).map(Math.exp)

type Function = (...x: tf.Tensor[]) => tf.Tensor
const slope =
  (f: Function): Function =>
  (x) =>
    vjp(() => f(x!), [x!], tf.onesLike(x!)).gradients[0]!

/** Each function with arguments of every size that it takes. */
const FUNCTIONS: Readonly<Record<string, readonly [Function, ...Float32Array[]]>> = {
  tan: [tf.tan as Function, numbers(-100, 100)],
  'tan of large numbers': [tf.tan as Function, numbers(-1e6, 1e6)],
  atan: [tf.atan as Function, numbers(-20, 20)],
  asin: [tf.asin as Function, numbers(-1, 1)],
  acos: [tf.acos as Function, numbers(-1, 1)],
  atan2: [tf.atan2 as Function, numbers(-3, 3), numbers(-3, 3, 'other')],
  sinh: [tf.sinh as Function, numbers(-88, 88)],
  cosh: [tf.cosh as Function, numbers(-88, 88)],
  asinh: [tf.asinh as Function, numbers(-1e4, 1e4)],
  acosh: [tf.acosh as Function, numbers(1, 1e4).map((v) => Math.max(v, 1 + Math.abs(v)))],
  atanh: [tf.atanh as Function, numbers(-1, 1)],
  selu: [tf.selu as Function, numbers(-20, 20)],
  prelu: [tf.prelu as Function, numbers(-2, 2), numbers(-1, 1)],
  pow: [tf.pow as Function, sizes(1e-3, 1e3), numbers(-8, 8)],
  'pow of negative numbers': [tf.pow as Function, numbers(-20, 20), numbers(-9, 9, 'other').map(Math.round)],
  'square roots by pow': [(x) => tf.pow(x!, 0.5), sizes(1e-30, 1e30)],
  erfc: [erfc as Function, numbers(-4, 9)],
  erfinv: [erfinv as Function, numbers(-1, 1)],
  ndtr: [ndtr as Function, numbers(-12, 6)],
  ndtri: [ndtri as Function, numbers(0, 1)],
  'ndtri of small tails': [ndtri as Function, sizes(1e-37, 0.1)],
  'logarithm of ndtr': [logNdtr as Function, numbers(-1e3, 6)],
  'its slope': [slope(logNdtr as Function), numbers(-1e3, 6)],
  'Bessel function of order 0': [i0e as Function, numbers(-40, 40)],
  'Bessel function of order 1': [i1e as Function, numbers(-40, 40)],
  'Bessel function of large numbers': [i0e as Function, sizes(10, 1e8)],
  'ratio of Bessel functions': [besselRatio as Function, numbers(-40, 40)],
  lgamma: [lgamma as Function, numbers(0, 30)],
  'lgamma near 1 and 2': [lgamma as Function, numbers(-0.5, 0.5).map((v, i) => 1 + (i % 3 === 0 ? 1 : 0) + v)],
  'lgamma of negative numbers': [lgamma as Function, numbers(-20, 0)],
  'lgamma of large numbers': [lgamma as Function, sizes(1, 1e30)],
  digamma: [digamma as Function, numbers(-20, 30)],
  'digamma of large numbers': [digamma as Function, sizes(1, 1e30)],
  lbeta: [lbeta as Function, sizes(1e-3, 1e2), sizes(1e-2, 1e3)],
  'lbeta of large numbers': [lbeta as Function, sizes(1e-3, 1e12), sizes(1e-2, 1e11)],
  'slope of lbeta': [slope((a) => lbeta(a!, tf.add(tf.mul(a!, 0), 2.5))), sizes(1e-3, 1e3)],
  log1mexp: [log1mexp as Function, numbers(-30, 0)],
  logExpm1: [logExpm1 as Function, numbers(0, 60).map((v) => Math.max(v, 1e-6))],
  logAddExp: [logAddExp as Function, numbers(0, 20), numbers(0, 20, 'other')],
  logSubExp: [logSubExp as Function, numbers(5, 45).map((v) => 5 + v), numbers(-3, 4)],
  xlogy: [xlogy as Function, numbers(-3, 3), sizes(1e-20, 1e20)],
}

const exactly = (f: Function, x: readonly Float32Array[]): Float64Array =>
  withBackend('float64', () => {
    const made = tf.tidy(() => f(...x.map((values) => tensor(values))))
    const values = Float64Array.from(made.dataSync() as Float32Array)
    made.dispose()
    return values
  })

const compiled = (f: Function, x: readonly Float32Array[], example = x): Float32Array => {
  const made = compile(f, ...example.map((values) => tf.tensor1d(values)))
  expect(made.reason).toBeUndefined()
  expect(made.explain()).not.toContain('on the engine')
  const values = made(...x.map((part) => tf.tensor1d(part))).dataSync() as Float32Array
  made.dispose()
  return values.slice()
}

describe('functions of four lanes in double precision', () => {
  test.each(Object.keys(FUNCTIONS))('%s is right to 2e-7 of its value', (name) => {
    const [f, ...x] = FUNCTIONS[name]!
    const want = exactly(f, x)
    const got = compiled(f, x)
    let worst = { error: 0, at: '' }
    for (const [i, value] of want.entries()) {
      if (!Number.isFinite(Math.fround(value)) && Object.is(got[i], Math.fround(value))) continue
      const error = Math.abs(got[i]! - value) / Math.max(Math.abs(value), 1.2e-38)
      if (!(error <= worst.error)) worst = { error, at: x.map((part) => part[i]).join(', ') }
    }
    expect(worst.error, `at ${worst.at}`).toBeLessThan(2e-7)
  })

  const EDGES = [
    0,
    -0,
    1,
    -1,
    2,
    -2,
    0.5,
    -0.5,
    3,
    -3,
    1e-40,
    -1e-40,
    1e-20,
    1e20,
    -1e20,
    3e38,
    NaN,
    Infinity,
    -Infinity,
  ]
  const UNARY = Object.keys(FUNCTIONS).filter(
    (name) => FUNCTIONS[name]!.length === 2 && !/large|tails|slope|near|negative/.test(name),
  )
  const BINARY = ['atan2', 'pow', 'lbeta', 'logAddExp', 'xlogy']

  test.each([...UNARY, ...BINARY])('%s keeps to its limits', (name) => {
    const [f, ...x] = FUNCTIONS[name]!
    const pairs = EDGES.flatMap((a) => EDGES.map((b) => [a, b] as const))
    const given =
      x.length === 1
        ? [Float32Array.from(EDGES)]
        : [0, 1].map((k) => Float32Array.from(pairs, (both) => both[k as 0 | 1]))
    const want = exactly(f, given)
    // at the limits the engine's own functions differ from one another
    const got = compiled(
      f,
      given,
      given.map((part) => part.map((_, i) => 0.5 + i / 1024)),
    )
    for (const [i, value] of want.entries()) {
      const at = given.map((part) => part[i]).join(', ')
      // beyond a million of turns see below
      if (name === 'tan' && Math.abs(given[0]![i]!) > 1e6 && Number.isFinite(given[0]![i]!)) continue
      const near = Math.fround(value)
      if (Number.isFinite(near))
        expect(Math.abs(got[i]! - value) / Math.max(Math.abs(value), 1.2e-38), at).toBeLessThan(2e-7)
      else expect(got[i], at).toBe(near)
    }
  })
})

test('sines and tangents of very large numbers are those of numbers nearer than any float, and bounded', () => {
  const x = sizes(1e6, 1e13)
  for (const [f, exact] of [
    [tf.sin, Math.sin],
    [tf.cos, Math.cos],
    [(t: tf.Tensor) => tf.sin(tf.atan(tf.tan(t))), (v: number) => Math.sin(v) * Math.sign(Math.cos(v))],
  ] as const) {
    const got = compiled(f as Function, [x], [x.slice(0, 4).map((_, i) => i / 7)])
    for (const [i, v] of x.entries())
      expect(Math.abs(got[i]! - exact(v)), `at ${v}`).toBeLessThan(4e-7 + 8 * v * Number.EPSILON)
  }
  const huge = Float32Array.of(1e16, -1e20, 3e30, -3.4e38)
  for (const f of [tf.sin, tf.cos])
    for (const v of compiled(f as Function, [huge], [huge.map((_, i) => i / 7)]))
      expect(Math.abs(v)).toBeLessThanOrEqual(1)
})

test('exclusive or, and numbers like zeros and ones, are compiled', () =>
  void tf.tidy(() => {
    const a = tf.tensor1d([1, 0, 1, 0, 1], 'bool')
    const b = tf.tensor1d([1, 1, 0, 0, 1], 'bool')
    const f = compile((x: tf.Tensor, y: tf.Tensor) => [tf.logicalXor(x, y), tf.zerosLike(x), tf.onesLike(y)], a, b)
    const g = compile((x: tf.Tensor) => [tf.add(tf.onesLike(x), x), tf.zerosLike(tf.cast(x, 'int32'))], tf.ones([3]))
    expect([...f(a, b), ...g(tf.ones([3]))].map((t) => [t.dtype, ...t.dataSync()])).toEqual([
      ['bool', 0, 1, 1, 0, 0],
      ['bool', 0, 0, 0, 0, 0],
      ['bool', 1, 1, 1, 1, 1],
      ['float32', 2, 2, 2],
      ['int32', 0, 0, 0],
    ])
    for (const made of [f, g]) {
      expect(made.explain()).not.toContain('on the engine')
      made.dispose()
    }
  }))
