import { type Module, Rng, sizeOf, tensor, valueAndGradients, withBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect, vi } from 'vitest'
import { compile } from '../compile.js'

/** Numbers of rows whose last vectors of four, and blocks of eight and 64, are whole, just begun and nearly full. */
export const TAILS = [1, 3, 4, 5, 7, 8, 63, 64, 65] as const

/** Some of the tails, up to three and others for the next case; in long tests all. */
export const tailsOf = (i: number, count = 3): readonly number[] =>
  process.env.EBBFLOW_TESTS === 'long' ? TAILS : TAILS.filter((_, k) => k % 3 === i % 3).slice(-count)

/** Draws every parameter anew: at initial values, mostly those of the identity, a test proves little. */
export function randomised<M extends Module>(module: M, spread: number): M {
  module.init({ seed: 7 })
  for (const [path, slot] of module.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), tensor(spread)))))
  return module
}

/** A number that depends on everything with random weights. */
const weighed = (parts: readonly tf.Tensor[]): tf.Tensor =>
  parts
    .map((part, i) => tf.sum(tf.mul(part, Rng.seed(`weights ${i}`).normal(part.shape))))
    .reduce((a, b) => tf.add(a, b))

/** A function of tensors with the gradients of its results, of inputs and parameters. */
export function withGradients(
  module: Module,
  f: (...inputs: tf.Tensor[]) => tf.Tensor[],
  differentiable = true,
): (...inputs: tf.Tensor[]) => tf.Tensor[] {
  return (...inputs) => {
    const parameters = [...module.parameters().values()].map((slot) => slot.value)
    const xs = [...(differentiable ? inputs.filter(({ dtype }) => dtype === 'float32') : []), ...parameters]
    if (xs.length === 0) return f(...inputs)
    return [...f(...inputs), ...valueAndGradients(() => weighed(f(...inputs)), xs).gradients]
  }
}

/** What came of compiling a function. */
export interface Compiled {
  readonly engine: 'compiled' | 'eager'
  readonly reason: string | undefined
  /** A kernel that the program leaves to the engine. */
  readonly kernel: string | undefined
}

const numbers = (t: tf.Tensor): number[] => Array.from(t.dataSync() as Float32Array)

/**
 * Compiles a function and holds what it gives for other numbers than its example's to double precision: as near as the engine's own
 * results are, to a factor, and to single precision's rounding of `within`.
 */
export function expectEquality(
  f: (...inputs: tf.Tensor[]) => tf.Tensor[],
  example: readonly tf.Tensor[],
  inputs: readonly tf.Tensor[],
  within = 3e-5,
  by: typeof compile = compile,
): Compiled {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  try {
    const compiled = by(f, ...example)
    const told = warn.mock.calls.flat().join('\n')
    const kernel = /the kernel (\w+)/.exec(told)?.[1]
    if (compiled.engine === 'compiled') {
      const copies = inputs.map((x) => ({ values: x.dataSync() as Float32Array, shape: x.shape, dtype: x.dtype }))
      const exact = withBackend('float64', () =>
        tf.tidy(() =>
          f(
            ...copies.map(({ values, shape, dtype }) =>
              dtype === 'float32' ? tensor(values, shape) : tf.tensor(values, shape, dtype),
            ),
          ).map(numbers),
        ),
      )
      tf.tidy(() => agree(compiled(...inputs).map(numbers), f(...inputs).map(numbers), exact, within))
    }
    compiled.dispose()
    return { engine: compiled.engine, reason: compiled.reason, kernel }
  } finally {
    warn.mockRestore()
  }
}

function agree(got: number[][], eager: number[][], exact: number[][], within: number): void {
  expect(got.length).toBe(exact.length)
  const faint = 1e-3 * Math.max(...exact.flat().map(Math.abs).filter(Number.isFinite), 1e-3)
  for (const [i, wanted] of exact.entries()) {
    const scale = Math.max(...wanted.map(Math.abs).filter(Number.isFinite), faint)
    const far = (values: number[]): number =>
      Math.max(0, ...values.map((v, j) => (Object.is(v, wanted[j]) ? 0 : Math.abs(v - wanted[j]!)))) / scale
    expect(got[i]!.length, `output ${i}`).toBe(wanted.length)
    expect(far(got[i]!), `output ${i}`).toBeLessThanOrEqual(8 * far(eager[i]!) + within)
  }
}

/** Numbers of rows drawn at random; a batch of shape `[]` where there is one distribution alone. */
export const draws = (seed: string, shape: readonly number[], spread = 1): tf.Tensor =>
  tf.tidy(() => tf.mul(Rng.seed(`${seed} ${sizeOf(shape)}`).normal(shape), spread))
