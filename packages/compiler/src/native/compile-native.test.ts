import { loadBackend, Rng, useBackend, valueAndGradients } from '@ebbflow/core'
import { maf, realNVP, residual } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { compile } from '../compile.js'
import { randomised } from '../equality/agreement.fixture.js'
import { compileNative } from './compile-native.js'
import { RowGraphs } from './native-program.js'

beforeAll(() => loadBackend('native'))
beforeEach(() => useBackend('native'))

const numbers = (x: tf.Tensor): number[] => Array.from(x.dataSync())
const normal = (seed: number, ...shape: number[]): tf.Tensor => Rng.seed(seed).normal(shape)
const close = (got: tf.Tensor, want: tf.Tensor): void => {
  expect(got.shape).toEqual(want.shape)
  const wanted = numbers(want)
  for (const [i, value] of numbers(got).entries()) expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-4)
}

describe('a function of rows', () => {
  const flow = () => randomised(maf({ dimensions: 3, layers: 2, hidden: [8] }), 0.1)

  test.each([1, 2, 5, 8, 9, 40])('gives its eager results for %i rows in blocks of 8', (rows) => {
    const model = flow()
    const variables = [...model.parameters().values()].map((slot) => slot.value as tf.Variable)
    const program = new RowGraphs(([x]) => [model.logProb(x!)], variables, {
      ...{ batched: new Set([0]), block: 8, own: 5, fixed: new Set<number>() },
    })
    const x = normal(1, rows, 3)
    close(program.run([x])[0]!, model.logProb(x))
    program.dispose()
    model.dispose()
  })

  test('gives what is the same for all rows as it is, in one block and in several', () => {
    const a = tf.variable(tf.tensor([2, 3]))
    const f = ([x]: tf.Tensor[]): tf.Tensor[] => [tf.mul(x!, a), a, tf.sum(a)]
    const own = { batched: new Set([0]), block: 4, own: 4, fixed: new Set([1, 2]) }
    const program = new RowGraphs(f, [a], own)
    const compiled = compileNative((x: tf.Tensor) => f([x]), normal(1, 4, 2))
    for (const rows of [1, 3, 4, 9])
      for (const run of [(x: tf.Tensor) => program.run([x]), compiled]) {
        const x = normal(2, rows, 2)
        for (const [i, result] of run(x).entries()) close(result, f([x])[i]!)
      }
    expect(compiled.engine).toBe('compiled')
    program.dispose()
    compiled.dispose()
    a.dispose()
  })

  test('takes any number of rows, and parameters as they are at the time', () => {
    const model = flow()
    const logProb = compileNative((x: tf.Tensor) => model.logProb(x), normal(1, 4, 3))
    expect(logProb.engine).toBe('compiled')
    close(logProb(normal(2, 700, 3)), model.logProb(normal(2, 700, 3)))
    for (const [path, slot] of model.parameters()) slot.assign(tf.add(slot.value, Rng.seed(path).normal(slot.shape)))
    close(logProb(normal(2, 4, 3)), model.logProb(normal(2, 4, 3)))
    expect(logProb.explain()).toMatch(
      /BatchMatMul.*\n[\s\S]*again only for other parameters +10\n\nblocks of up to 65536 rows/,
    )
    logProb.dispose()
    model.dispose()
  })

  test('keeps what depends on parameters alone, and gives all back', () => {
    const model = flow()
    const x = normal(1, 4, 3)
    const [first] = model.parameters().values()
    const before = tf.memory().numTensors
    const logProb = compileNative((x: tf.Tensor) => model.logProb(x), x)
    const made = tf.memory().numTensors
    for (let i = 0; i < 20; i++)
      tf.tidy(() => {
        first!.assign(normal(i, ...first!.shape))
        for (const rows of [4, 4]) logProb(tf.slice(normal(i, 9, 3), 0, rows))
      })
    expect(tf.memory().numTensors).toBe(made)
    logProb.dispose()
    expect(made).toBeGreaterThan(before)
    expect(tf.memory().numTensors).toBe(before)
    model.dispose()
  })
})

test('parameters whose numbers are shared with others are told apart', () => {
  const shared = tf.tensor([2, 3])
  const [a, b] = [tf.variable(shared), tf.variable(shared)]
  const f = compileNative((x: tf.Tensor) => tf.add(tf.mul(x, a), tf.mul(b, 2)), tf.zeros([4, 2]))
  const at = (rows: number): number[] => numbers(tf.slice(f(tf.ones([rows, 2])), 0, 1))
  expect(at(4)).toEqual([6, 9])
  b.assign(a)
  expect(at(9)).toEqual([6, 9])
  a.assign(tf.tensor([10, 20]))
  expect(at(4)).toEqual([14, 26])
  expect(at(9)).toEqual([14, 26])
  f.dispose()
  tf.dispose([a, b, shared])
})

test.each([compile, compileNative])('parameters are those of the module, not of its copy: %o', (compiler) => {
  const model = randomised(realNVP({ dimensions: 2, layers: 2, hidden: [8] }), 0.1)
  const copy = model.clone()
  const logProb = compiler((x: tf.Tensor) => model.logProb(x), normal(1, 4, 2))
  for (const [path, slot] of model.parameters()) slot.assign(tf.mul(Rng.seed(path).normal(slot.shape), 0.3))
  close(logProb(normal(2, 4, 2)), model.logProb(normal(2, 4, 2)))
  logProb.dispose()
  copy.dispose()
  model.dispose()
})

describe('any other function', () => {
  test('is a graph for the shapes that it is called with', () => {
    const centred = compileNative(
      (x: tf.Tensor) => ({ mean: tf.mean(x, 0), rest: tf.sub(x, tf.mean(x, 0)) }),
      normal(1, 4, 2),
    )
    for (const rows of [4, 6]) {
      const x = normal(2, rows, 2)
      const { mean, rest } = centred(x)
      close(mean, tf.mean(x, 0))
      close(rest, tf.sub(x, tf.mean(x, 0)))
    }
    centred.dispose()
  })

  test('keeps NaN and infinity that are multiplied by zeros', () => {
    const f = compileNative(
      (x: tf.Tensor) => [
        tf.mul(x, tf.zeros([3])),
        tf.mul(x, tf.zerosLike(x)),
        tf.mul(x, tf.fill([3], 0)),
        tf.mul(x, 0),
      ],
      tf.tensor([[1, 2, 3]]),
    )
    expect(f.engine).toBe('compiled')
    for (const result of f(tf.tensor([[Number.NaN, Number.POSITIVE_INFINITY, 1]])))
      expect(numbers(result)).toEqual([Number.NaN, Number.NaN, 0])
  })

  test('runs itself under another backend, and under a gradient', async () => {
    const f = vi.fn((x: tf.Tensor) => tf.square(x))
    const compiled = compileNative(f, normal(1, 4, 2))
    f.mockClear()
    compiled(normal(1, 4, 2))
    expect(f).toHaveBeenCalledTimes(0)
    valueAndGradients(() => tf.sum(compiled(normal(1, 4, 2))), [])
    await useBackend('wasm')
    expect(numbers(compiled(tf.tensor([[3]])))).toEqual([9])
    expect(f).toHaveBeenCalledTimes(2)
  })

  test('says why it runs itself', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const model = randomised(maf({ dimensions: 3, layers: 1, hidden: [8] }), 0.1)
    const x = normal(1, 4, 3)
    const samples = compileNative((z: tf.Tensor) => model.fromLatent(z), x)
    expect(samples.reason).toBe(
      "bijector.0.inner: the kernel EbbflowAutoregressiveInverse is not made of TensorFlow's ops",
    )
    close(samples(x), model.fromLatent(x))
    await useBackend('wasm')
    const elsewhere = compileNative((x: tf.Tensor) => tf.square(x), tf.tensor([1]))
    expect(elsewhere.reason).toContain("await useBackend('native') before")
    expect(warn).toHaveBeenCalledTimes(2)
    warn.mockRestore()
  })

  test('is refused where it differs from one call to the next', () => {
    let count = 0
    expect(() => compileNative((x: tf.Tensor) => tf.mul(x, count++), normal(1, 4, 2))).toThrow(/differs from one call/)
  })
})

test('programs of WebAssembly are recorded on the native backend too, inverses that iterate and their gradients with them', () => {
  const model = randomised(residual({ dimensions: 3, layers: 2, hidden: [8] }), 0.1)
  const f = (z: tf.Tensor): tf.Tensor[] => [model.fromLatent(z), ...gradients(z)]
  const gradients = (z: tf.Tensor): tf.Tensor[] =>
    valueAndGradients(() => tf.sum(model.fromLatent(z)), [z, ...[...model.parameters().values()].map((s) => s.value)])
      .gradients
  const compiled = compile(f, normal(1, 5, 3))
  expect(compiled.engine).toBe('compiled')
  const z = normal(2, 5, 3)
  for (const [i, result] of compiled(z).entries()) close(result, f(z)[i]!)
  compiled.dispose()
  model.dispose()
})

test('a density of two layers equals that of a program of WebAssembly', () => {
  const model = randomised(realNVP({ dimensions: 2, layers: 2, hidden: [16] }), 0.1)
  const f = (x: tf.Tensor): tf.Tensor => model.logProb(x)
  const [graph, program] = [compileNative(f, normal(1, 64, 2)), compile(f, normal(1, 64, 2))]
  close(graph(normal(2, 100, 2)), program(normal(2, 100, 2)))
  graph.dispose()
  program.dispose()
})
