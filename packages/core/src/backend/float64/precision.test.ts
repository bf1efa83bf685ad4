import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { caseInputs, cases, type KernelCase } from '../../conformance/cases.js'
import { tensor } from '../../tensor.js'
import { loadBackend, withBackend } from '../index.js'

beforeAll(() => loadBackend('float64'))

const run = (body: () => tf.Tensor): number[] => withBackend('float64', () => tf.tidy(() => [...body().dataSync()]))
const close = (actual: number, expected: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(expected)))

const POINTS = [0.1, 0.3, 0.7, -0.4, 1e-9]
const functions: readonly (readonly [string, (x: tf.Tensor) => tf.Tensor, (x: number) => number])[] = [
  ['exp', tf.exp, Math.exp],
  ['expm1', tf.expm1, Math.expm1],
  ['log1p', tf.log1p, Math.log1p],
  ['sin', tf.sin, Math.sin],
  ['cos', tf.cos, Math.cos],
  ['tan', tf.tan, Math.tan],
  ['asin', tf.asin, Math.asin],
  ['acos', tf.acos, Math.acos],
  ['atan', tf.atan, Math.atan],
  ['sinh', tf.sinh, Math.sinh],
  ['cosh', tf.cosh, Math.cosh],
  ['tanh', tf.tanh, Math.tanh],
  ['asinh', tf.asinh, Math.asinh],
  ['atanh', tf.atanh, Math.atanh],
  ['log', (x) => tf.log(tf.abs(x)), (x) => Math.log(Math.abs(x))],
  ['sqrt', (x) => tf.sqrt(tf.abs(x)), (x) => Math.sqrt(Math.abs(x))],
  ['rsqrt', (x) => tf.rsqrt(tf.abs(x)), (x) => 1 / Math.sqrt(Math.abs(x))],
  ['acosh', (x) => tf.acosh(tf.add(tf.abs(x), 1)), (x) => Math.acosh(Math.abs(x) + 1)],
  ['sigmoid', tf.sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  ['softplus', tf.softplus, (x) => Math.log(1 + Math.exp(x))],
  ['elu', tf.elu, (x) => (x > 0 ? x : Math.expm1(x))],
  ['square', tf.square, (x) => x * x],
  ['reciprocal', tf.reciprocal, (x) => 1 / x],
]

describe('double precision', () => {
  it.each(functions)('%s to 1e-15', (_, f, expected) => {
    run(() => f(tensor(POINTS))).forEach((y, k) => {
      close(y, expected(POINTS[k]!))
    })
  })

  // from a table to 20 digits (Abramowitz and Stegun 7.1, and 50-digit arithmetic beyond it)
  it('erf to 1e-15', () => {
    const table: readonly (readonly [number, number])[] = [
      [0.1, 0.1124629160182849],
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [-1, -0.8427007929497149],
      [2, 0.9953222650189527],
      [2.5, 0.999593047982555],
      [3, 0.9999779095030014],
      [4, 0.9999999845827421],
      [7, 1],
      [1e-12, 1.1283791670955126e-12],
    ]
    const values = run(() => tf.erf(tensor(table.map(([x]) => x))))
    table.forEach(([, y], k) => {
      close(values[k]!, y)
    })
    const [tiny] = run(() => tf.erf(tensor([1e-12])))
    expect(Math.abs(tiny! / 1.1283791670955126e-12 - 1)).toBeLessThan(1e-15)
  })

  it('keeps far tails', () => {
    const [low, high] = run(() => tf.sigmoid(tensor([-700, 40])))
    expect(Math.abs(low! / Math.exp(-700) - 1)).toBeLessThan(1e-15)
    expect(high).toBe(1 / (1 + Math.exp(-40)))
    const [small] = run(() => tf.softplus(tensor([-100])))
    expect(Math.abs(small! / Math.exp(-100) - 1)).toBeLessThan(1e-15)
    expect(run(() => tf.exp(tensor([500, -700])))[0]).toBe(Math.exp(500))
  })

  it('adds, multiplies and convolves in doubles', () => {
    const tenths = (shape: number[]): tf.Tensor => tf.fill(shape, 0.1)
    close(run(() => tf.sum(tenths([10])))[0]!, 1)
    close(run(() => tf.mean(tenths([7])))[0]!, 0.1)
    close(run(() => tf.prod(tenths([3])))[0]!, 1e-3)
    close(run(() => tf.matMul(tenths([2, 3]), tenths([3, 2])))[3]!, 0.03)
    close(run(() => tf.cumsum(tenths([5])))[4]!, 0.5)
    const convolved = run(() =>
      tf.conv2d(tenths([1, 3, 3, 2]) as tf.Tensor4D, tenths([3, 3, 2, 1]) as tf.Tensor4D, 1, 'valid'),
    )
    close(convolved[0]!, 0.18)
    close(run(() => tf.logSumExp(tenths([4])))[0]!, 0.1 + Math.log(4))
  })
})

// where a kernel rounded to single precision on its way, a change of 1e-11 in the inputs would be lost, or become 1e-7
const FLAT = new Set(['Ceil', 'Floor', 'Round', 'Sign', 'Step', 'ZerosLike', 'OnesLike'])

const smooth = cases.filter((c) => (c.wrt ?? [0]).length > 0 && c.inputs.some((x) => x.dtype === 'float32'))

function outputs(c: KernelCase, scale: number): number[] {
  return withBackend('float64', () =>
    tf.tidy(() => {
      const xs = caseInputs(c).map(({ shape, dtype, data }) =>
        dtype === 'float32'
          ? tensor(
              Float64Array.from(data as Float32Array, (x) => x * scale),
              shape,
            )
          : tf.tensor(data, [...shape], dtype),
      )
      const out = c.run(...xs)
      return [...(Array.isArray(out) ? out[0]! : out).dataSync()]
    }),
  )
}

describe('no kernel rounds to single precision', () => {
  it.each(smooth.map((c) => [c.name, c] as const))('%s', (_, c) => {
    const before = outputs(c, 1)
    const after = outputs(c, 1 + 1e-11)
    const change = Math.max(...before.map((y, k) => Math.abs(y - after[k]!) / Math.max(1, Math.abs(y))))
    if (!FLAT.has(c.kernel) && before.some((y) => y !== 0)) expect(change).toBeGreaterThan(0)
    expect(change).toBeLessThan(1e-9)
  })
})
