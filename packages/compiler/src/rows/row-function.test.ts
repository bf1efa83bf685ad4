import { initialisers, Module, Rng, type Slot, useBackend } from '@ebbflow/core'
import { maf, nsf, realNVP } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { optimise } from '../build.js'
import { compile } from '../compile.js'
import type { Numbers } from '../memory.js'
import { inputsOf, interpret, randomPrograms } from '../random-graphs.fixture.js'
import { trace } from '../trace.js'
import { analyseRows, isRowWise } from './analyse.js'
import { RowProgram } from './row-program.js'

beforeAll(() => useBackend('wasm'))

const values = (x: tf.Tensor): number[] => Array.from(x.dataSync() as Float32Array)

function expectClose(got: tf.Tensor, want: tf.Tensor): void {
  expect(got.shape).toEqual(want.shape)
  const [a, b] = [values(got), values(want)]
  for (const [i, value] of b.entries())
    expect(Math.abs(a[i]! - value)).toBeLessThanOrEqual(1e-3 * (1 + Math.abs(value)))
}

describe('a compiled function of rows', () => {
  test.each([
    ['realNVP', () => realNVP({ dimensions: 2, layers: 3, hidden: [12, 12] })],
    ['nsf', () => nsf({ dimensions: 2, layers: 2, hidden: [12, 12] })],
    ['maf', () => maf({ dimensions: 3, layers: 2, hidden: [12, 12] })],
  ] as const)('takes any number of them without being recorded anew: %s', (_, make) => {
    const flow = make().init({ seed: 1 })
    for (const [path, slot] of flow.parameters())
      tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), 0.125))))
    tf.tidy(() => {
      const density = vi.fn((x: tf.Tensor) => flow.logProb(x))
      const compiled = compile(density, Rng.seed(1).normal([20, flow.eventShape[0]!]))
      const calls = density.mock.calls.length
      const all = Rng.seed(2).normal([700, flow.eventShape[0]!])
      const whole = compiled(all)
      expectClose(whole, flow.logProb(all))
      for (const rows of [1, 3, 31, 32, 33, 64, 65, 127, 300]) {
        const part = compiled(tf.slice(all, 0, rows))
        // each row by itself, so to the bit
        expect(values(part)).toEqual(values(whole).slice(0, rows))
      }
      expect(density.mock.calls.length).toBe(calls)
      compiled.dispose()
    })
    flow.dispose()
  })

  test('takes memory that does not grow with them', () => {
    const flow = nsf({ dimensions: 2, layers: 2, hidden: [32, 32] }).init({ seed: 1 })
    const bytes = [8192, 16384].map((rows) =>
      tf.tidy(() => compile((x: tf.Tensor) => flow.logProb(x), Rng.seed(1).normal([rows, 2])).memoryBytes!),
    )
    expect(bytes[0]).toBe(bytes[1])
    expect(bytes[0]).toBeLessThan(4 * 2 ** 20)
    flow.dispose()
  })

  test('reads parameters, and inputs without rows, anew', () => {
    class Scaling extends Module {
      readonly scale: Slot = this.param('scale', [2], initialisers.filled([2, 3]))
    }
    const module = new Scaling().init()
    tf.tidy(() => {
      const f = compile(
        (x: tf.Tensor, shift: tf.Tensor) => tf.add(tf.mul(x, tf.exp(module.scale.value)), tf.square(shift)),
        tf.ones([3, 2]),
        tf.tensor1d([1, 2]),
      )
      const by = (a: number, b: number) => [a, b, a, b].map((v) => expect.closeTo(v, 4))
      expect(values(f(tf.ones([2, 2]), tf.tensor1d([1, 2])))).toEqual(by(Math.exp(2) + 1, Math.exp(3) + 4))
      expect(values(f(tf.ones([2, 2]), tf.tensor1d([0, 3])))).toEqual(by(Math.exp(2), Math.exp(3) + 9))
      module.scale.assign(tf.tensor1d([0, 1]))
      expect(values(f(tf.ones([2, 2]), tf.tensor1d([0, 3])))).toEqual(by(1, Math.E + 9))
    })
    module.dispose()
  })

  test('runs kernels of the engine block by block, with numbers that fill a batch', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const f = (x: tf.Tensor): tf.Tensor => tf.add(tf.mod(x, tf.fill(x.shape, 1.5)), tf.sin(x))
    tf.tidy(() => {
      const compiled = compile(f, Rng.seed(1).normal([40, 3]))
      for (const rows of [1, 7, 100]) {
        const x = Rng.seed(rows).normal([rows, 3])
        expectClose(compiled(x), f(x))
      }
    })
    expect(warn).toHaveBeenCalledTimes(1)
    warn.mockRestore()
  })

  test('samples from a key, block by block', () => {
    const flow = realNVP({ dimensions: 2, layers: 2, hidden: [8] }).init({ seed: 1 })
    const sample =
      (rows: number) =>
      (key: tf.Tensor): tf.Tensor =>
        flow.sample([rows], { rng: Rng.fromKey(key) })
    tf.tidy(() => {
      const key = tf.tensor1d([1, 2], 'int32')
      const [few, many] = [8192, 16384].map((rows) => compile(sample(rows), key))
      for (const words of [
        [3, 4],
        [-5, 6],
      ]) {
        const other = tf.tensor1d(words, 'int32')
        expectClose(few!(other), sample(8192)(other))
        expect(values(many!(other)).slice(0, 2 * 8192)).toEqual(values(few!(other)))
      }
      expect(many!.memoryBytes).toBe(few!.memoryBytes)
    })
    flow.dispose()
  })

  test('samples by the inverse of an autoregressive layer', () => {
    const flow = maf({ dimensions: 3, layers: 2, hidden: [12, 12] }).init({ seed: 1 })
    tf.tidy(() => {
      const draw = vi.fn((z: tf.Tensor) => flow.fromLatent(z))
      const compiled = compile(draw, Rng.seed(1).normal([20, 3]))
      const calls = draw.mock.calls.length
      const z = Rng.seed(2).normal([333, 3])
      expectClose(compiled(z), flow.fromLatent(z))
      expect(draw.mock.calls.length).toBe(calls)
    })
    flow.dispose()
  })

  test('takes a context beside its rows', () => {
    const flow = nsf({ dimensions: 2, context: 3, layers: 1, hidden: [8] }).init({ seed: 1 })
    tf.tidy(() => {
      const density = (x: tf.Tensor, context: tf.Tensor) => flow.logProb(x, context)
      const inputs = (rows: number) => [Rng.seed(1).normal([rows, 2]), Rng.seed(2).normal([rows, 3])] as const
      const compiled = compile(density, ...inputs(9))
      expectClose(compiled(...inputs(150)), density(...inputs(150)))
    })
    flow.dispose()
  })

  test.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['less their mean', (x) => tf.sub(x, tf.mean(x, 0))],
    ['in reverse', (x) => tf.reverse(x, 0)],
    ['accumulated', (x) => tf.cumsum(x, 0)],
    ['times their number', (x) => tf.mul(x, x.shape[0]!)],
    ['by their place', (x) => tf.add(x, tf.reshape(tf.range(0, x.shape[0]!), [-1, 1]))],
    ['otherwise where there is one', (x) => (x.shape[0] === 1 ? tf.neg(x) : x)],
    ['gathered', (x) => tf.gather(x, tf.range(0, x.shape[0]!, 1, 'int32'))],
    ['largest', (x) => tf.max(x)],
  ])('is what it is where rows are mixed or counted: %s', (_, f) => {
    tf.tidy(() => {
      const compiled = compile(f, Rng.seed(1).normal([1, 3]))
      for (const rows of [6, 1, 40]) {
        const x = Rng.seed(rows).normal([rows, 3])
        expectClose(compiled(x), f(x))
      }
    })
  })
})

test('random programs whose rows are found to stay apart give the same block by block', { timeout: 60_000 }, () => {
  let apart = 0
  fc.assert(
    fc.property(randomPrograms, fc.constantFrom(1, 2, 4, 5), (given, block) => {
      const program = { ...given, shapes: [[6, 3], ...given.shapes.slice(1)] }
      tf.tidy(() => {
        const inputs = inputsOf(program)
        const recording = trace((xs) => interpret(program, xs), inputs)
        const { graph, passes } = optimise(recording.graph)
        const analysis = analyseRows(graph, 6, new Set([0]))
        if (!isRowWise(analysis)) return
        apart += 1
        const { variables } = recording
        const blocks = new RowProgram({ analysis, variables, passes }, block)
        const numbers = inputs.map((x) => x.dataSync() as Numbers)
        const results = recording.results.map(({ size }) => new Float32Array(size))
        blocks.prepare(numbers)
        blocks.run(numbers, results, 0, 6)
        for (const [i, want] of recording.results.entries()) {
          const fixed = analysis.kinds[graph.outputs[i]!.value] === 'fixed'
          expectClose(tf.tensor(fixed ? blocks.fixed(i).slice() : results[i]!, want.shape), tf.cast(want, 'float32'))
        }
      })
    }),
    { numRuns: Number(process.env.EBBFLOW_RANDOM_GRAPHS ?? 400), seed: 20261124 },
  )
  expect(apart).toBeGreaterThan(30)
})
