import { Rng, useBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { compile } from '../compile.js'

beforeAll(() => useBackend('wasm'))

/** Numbers of every size on a range, and on a smaller one around zero. */
function numbers(low: number, high: number): Float32Array {
  const u = Rng.seed(`${low} ${high}`).values('uniform', 4000)
  return u.map((v, i) => {
    const x = low + (high - low) * v
    return i % 2 === 0 ? x : x * 10 ** -(6 * u[(i * 7) % 4000]!)
  })
}

/** By its Taylor series, whose terms fall off from k = x² on. */
function erf(x: number): number {
  if (Math.abs(x) > 3) return Math.sign(x) * (1 - erfc(Math.abs(x)))
  let term = x
  let sum = x
  for (let k = 1; k < 80; k++) {
    term *= -(x * x) / k
    sum += term / (2 * k + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

/** By its continued fraction, for x of 3 or more. */
function erfc(x: number): number {
  let fraction = x
  for (let k = 40; k > 0; k--) fraction = x + k / 2 / fraction
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

describe('functions of four lanes', () => {
  test.each([
    ['exp', tf.exp, Math.exp, numbers(-87, 88)],
    ['log', tf.log, Math.log, numbers(1e-30, 4).map(Math.abs)],
    ['log of large numbers', tf.log, Math.log, numbers(1, 1e30).map(Math.abs)],
    ['log1p', tf.log1p, Math.log1p, numbers(-0.999, 50)],
    ['expm1', tf.expm1, Math.expm1, numbers(-20, 80)],
    ['tanh', tf.tanh, Math.tanh, numbers(-12, 12)],
    ['sigmoid', tf.sigmoid, (x: number) => 1 / (1 + Math.exp(-x)), numbers(-80, 30)],
    ['softplus', tf.softplus, softplus, numbers(-80, 80)],
    ['sin', tf.sin, Math.sin, numbers(-100, 100)],
    ['sin of large numbers', tf.sin, Math.sin, numbers(-1e6, 1e6)],
    ['cos', tf.cos, Math.cos, numbers(-100, 100)],
    ['cos of large numbers', tf.cos, Math.cos, numbers(-1e6, 1e6)],
    ['erf', tf.erf, erf, numbers(-5, 5)],
  ] as const)('%s is right to 2e-7 of its value', (_, f, exact, x) => {
    const compiled = compile((t: tf.Tensor) => f(t), tf.tensor1d(x.slice(0, 4)))
    const got = compiled(tf.tensor1d(x)).dataSync()
    let worst = { error: 0, x: 0 }
    for (const [i, value] of x.entries()) {
      const want = exact(value)
      const error = Math.abs(got[i]! - want) / Math.max(Math.abs(want), 1.2e-38)
      if (!(error <= worst.error)) worst = { error, x: value }
    }
    expect(worst.error, `at ${worst.x}`).toBeLessThan(2e-7)
  })

  test.each([
    ['exp', tf.exp, [-200, -Infinity, 200, Infinity, 0, NaN], [0, 0, Infinity, Infinity, 1, NaN]],
    ['log', tf.log, [0, -1, Infinity, NaN, 1, 2 ** -140], [-Infinity, NaN, Infinity, NaN, 0, -140 * Math.LN2]],
    ['log1p', tf.log1p, [-1, -2, Infinity, 1e-20, 0, NaN], [-Infinity, NaN, Infinity, 1e-20, 0, NaN]],
    ['tanh', tf.tanh, [100, -100, Infinity, -Infinity, 1e-20, NaN], [1, -1, 1, -1, 1e-20, NaN]],
    ['sigmoid', tf.sigmoid, [200, -200, Infinity, -Infinity, 0, NaN], [1, 0, 1, 0, 0.5, NaN]],
    ['softplus', tf.softplus, [200, -200, Infinity, -Infinity, 0, NaN], [200, 0, Infinity, 0, Math.LN2, NaN]],
    ['sin', tf.sin, [0, -0, Infinity, -Infinity, 1e-20, NaN], [0, 0, NaN, NaN, 1e-20, NaN]],
    ['cos', tf.cos, [0, 1e-20, Infinity, -Infinity, Math.PI, NaN], [1, 1, NaN, NaN, -1, NaN]],
    ['erf', tf.erf, [20, -20, Infinity, -Infinity, 0, NaN], [1, -1, 1, -1, 0, NaN]],
    ['expm1', tf.expm1, [200, -200, Infinity, -Infinity, 1e-20, NaN], [Infinity, -1, Infinity, -1, 1e-20, NaN]],
    ['sqrt', tf.sqrt, [4, -1, Infinity, 0, 2.25, NaN], [2, NaN, Infinity, 0, 1.5, NaN]],
    ['relu', tf.relu, [4, -1, Infinity, -Infinity, 2.25, NaN], [4, 0, Infinity, 0, 2.25, NaN]],
    ['round', tf.round, [0.5, 1.5, -2.5, Infinity, 2.25, NaN], [0, 2, -2, Infinity, 2, NaN]],
    ['sign', tf.sign, [0.5, -1.5, 0, Infinity, -Infinity, NaN], [1, -1, 0, 1, -1, NaN]],
  ] as const)('%s keeps to its limits', (_, f, x, want) => {
    const got = compile((t: tf.Tensor) => f(t), tf.tensor1d([...x]))(tf.tensor1d([...x])).dataSync()
    for (const [i, value] of want.entries())
      if (Number.isFinite(value)) expect(got[i]! - value, `at ${x[i]}`).toBeCloseTo(0, 5)
      else expect(got[i], `at ${x[i]}`).toBe(value)
  })
})
