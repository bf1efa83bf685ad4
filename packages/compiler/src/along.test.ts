import { odeSolve, Rng, tensor, useBackend, type VectorField, valueAndGradients, withBackend } from '@ebbflow/core'
import { ffjord } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { optimise } from './build.js'
import { compile, compileWith } from './compile.js'
import { compileStep } from './compile-step.js'
import { iterationOf } from './loops.js'
import { openThreads } from './open-threads.js'
import type { StepOptimiser } from './step/options.js'
import type { ThreadPool } from './threads/pool.js'
import { traceOnce } from './trace.js'

beforeAll(() => useBackend('wasm'))

const values = (x: tf.Tensor): number[] => Array.from(x.dataSync() as Float32Array)

function expectNear(got: number[], want: number[], within: number): void {
  expect(got).toHaveLength(want.length)
  const scale = Math.max(1e-3, ...want.map(Math.abs))
  for (const [i, value] of want.entries()) expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(within * scale)
}

const field: VectorField = (t, x, a, b) => tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, a as tf.Tensor2D), tf.mul(b!, t)))

describe('gradients along the steps that a solver has taken', () => {
  const solved =
    (method: 'dopri5' | 'rk4') =>
    (x: tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor[] => {
      const end = (): tf.Tensor => odeSolve(field, x, [a, b], { t0: 0, t1: 1, method, steps: 9, rtol: 1e-4 })
      const { value, gradients } = valueAndGradients(() => tf.sum(tf.square(end())), [x, a, b])
      return [value, ...gradients]
    }

  test.each(['dopri5', 'rk4'] as const)('%s: as many as there are', (method) => {
    tf.tidy(() => {
      const shapes = [[5, 3], [3, 3], [3]]
      const draw = (seed: string): tf.Tensor[] => shapes.map((shape, i) => Rng.seed(`${seed} ${i}`).normal(shape))
      const compiled = compile(
        (x: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => solved(method)(x, a, b),
        ...(draw('one') as [tf.Tensor, tf.Tensor, tf.Tensor]),
      )
      expect(compiled.reason).toBeUndefined()
      // longer and shorter ways than the one that was recorded
      for (const [seed, scale] of [
        ['two', 1],
        ['three', 8],
        ['four', 0.01],
      ] as const) {
        const [x, a, b] = draw(seed)
        const given = [x!, tf.mul(a!, scale), b!] as [tf.Tensor, tf.Tensor, tf.Tensor]
        const got = compiled(...given).map(values)
        const numbers = given.map(values)
        const double = withBackend('float64', () =>
          tf.tidy(() => {
            const [x, a, b] = numbers.map((list, i) => tensor(list, shapes[i]!))
            return solved(method)(x!, a!, b!).map(values)
          }),
        )
        for (const [i, want] of double.entries()) expectNear(got[i]!, want, 2e-3)
      }
      compiled.dispose()
    })
  })

  test('record nothing where nobody goes along', () => {
    tf.tidy(() => {
      const end = ([x]: tf.Tensor[]): tf.Tensor[] => [
        odeSolve((t, x) => tf.mul(tf.cos(t), x), x!, [], { t0: 0, t1: 1 }),
      ]
      const { graph, results } = traceOnce(end, [tf.ones([4, 2])])
      const iterations = optimise(graph).graph.nodes.flatMap((node) => iterationOf(node) ?? [])
      expect(iterations.map(({ records }) => records)).toEqual([undefined])
      tf.dispose(results)
    })
  })
})

/** Numbers are updated beside the program, by a part of their gradients. */
const descent = (): StepOptimiser => ({
  kind: 'descent',
  step: 0,
  begin: () => {},
  apply: (_, given, gradient, scale, out) => {
    for (let i = 0; i < out.length; i++) out[i] = given[i]! - 0.05 * scale * gradient[i]!
  },
  state: () => ({ kind: 'descent', step: 0, vectors: {} }),
  load: () => {},
})

describe('a training step of a continuous flow', () => {
  test.each(['exact', 'hutchinson'] as const)('is compiled, and like the steps themselves: %s', (trace) => {
    const make = () =>
      ffjord({ dimensions: 2, hidden: [8], layers: 1, trace, rtol: 1e-4, atol: 1e-5 }).init({ seed: 1 })
    const [flow, other] = [make(), make()]
    tf.tidy(() => {
      const loss = (of: typeof flow, [x, key]: tf.Tensor[]): tf.Tensor =>
        tf.neg(tf.mean(trace === 'exact' ? of.logProb(x!) : of.logProbEstimate(x!, { rng: Rng.fromKey(key!) })))
      const batch = (i: number): tf.Tensor[] => [
        tf.mul(Rng.seed(i).normal([12, 2]), 1 + i),
        tf.tensor1d([i, 7], 'int32'),
      ]
      const step = compileStep({
        loss: (inputs) => ({ loss: loss(flow, inputs) }),
        parameters: flow.trainable(),
        optimiser: descent(),
        examples: batch(0),
      })
      const slots = [...other.trainable().values()]
      for (let i = 0; i < 4; i++) {
        const inputs = batch(i)
        const found = step.run(inputs.map(values), 1)
        const { value, gradients } = valueAndGradients(
          () => loss(other, inputs),
          slots.map((slot) => slot.value),
        )
        expectNear([found.loss], values(value), 1e-5)
        const norm = Math.sqrt(gradients.reduce((sum, g) => sum + tf.sum(tf.square(g)).dataSync()[0]!, 0))
        expectNear([found.gradientNorm], [norm], 1e-4)
        for (const [k, slot] of slots.entries()) slot.assign(tf.sub(slot.value, tf.mul(gradients[k]!, 0.05)))
      }
      step.sync()
      for (const [path, slot] of flow.trainable())
        expectNear(values(slot.value), values(other.trainable().get(path)!.value), 1e-4)
      step.dispose()
    })
    flow.dispose()
    other.dispose()
  })
})

describe('a continuous flow of many rows', () => {
  const pools: ThreadPool[] = []
  afterEach(() => {
    for (const pool of pools.splice(0)) pool.close()
  })
  const make = (trace: 'exact' | 'hutchinson') =>
    ffjord({ dimensions: 2, hidden: [8], trace, rtol: 1e-3, atol: 1e-3 }).init({ seed: 1 })

  test.each(['exact', 'hutchinson'] as const)(
    'parts the batch of a step, to the same bits on threads: %s',
    async (trace) => {
      const threads = await openThreads({ count: 2 })
      pools.push(threads)
      const rows = 4 * 66 - 1
      const batch = Rng.seed(3).values('normal', 2 * rows)
      const trained = (pool?: ThreadPool) => {
        const flow = make(trace)
        const examples = [tf.tensor2d(batch, [rows, 2]), tf.tensor1d([3, 7], 'int32')]
        const step = compileStep({
          loss: ([x, key]) => ({
            loss: tf.neg(
              tf.mean(trace === 'exact' ? flow.logProb(x!) : flow.logProbEstimate(x!, { rng: Rng.fromKey(key!) })),
            ),
          }),
          parameters: flow.trainable(),
          optimiser: descent(),
          examples,
          ...(pool && { threads: pool }),
        })
        tf.dispose(examples)
        const found = [1, 2, 3].map((i) => step.run([batch, [i, 7]], 1))
        step.sync()
        const parameters = [...flow.trainable().values()].map((slot) => values(slot.value))
        step.dispose()
        flow.dispose()
        return { parts: step.parts, found, parameters }
      }
      const [alone, together] = [trained(), trained(threads)]
      expect(alone.parts).toBe(4)
      expect(together).toEqual(alone)
      const flow = make(trace)
      tf.tidy(() => {
        const [x, key] = [tf.tensor2d(batch, [rows, 2]), tf.tensor1d([1, 7], 'int32')]
        const { value, gradients } = valueAndGradients(
          () =>
            tf.neg(tf.mean(trace === 'exact' ? flow.logProb(x) : flow.logProbEstimate(x, { rng: Rng.fromKey(key) }))),
          [...flow.trainable().values()].map((slot) => slot.value),
        )
        expectNear([alone.found[0]!.loss], values(value), 1e-5)
        const norm = Math.sqrt(gradients.reduce((sum, g) => sum + tf.sum(tf.square(g)).dataSync()[0]!, 0))
        expectNear([alone.found[0]!.gradientNorm], [norm], 1e-4)
      })
      flow.dispose()
    },
  )

  test('has its densities in blocks, and the same bits on threads', async () => {
    const threads = await openThreads({ count: 2 })
    pools.push(threads)
    const flow = make('exact')
    tf.tidy(() => {
      const density = (x: tf.Tensor): tf.Tensor => flow.logProb(x)
      const all = Rng.seed(2).normal([1000, 2])
      const [alone, shared] = [compile(density, all), compileWith({ threads }, density, all)]
      expect(compile(density, tf.concat([all, all, all])).memoryBytes).toBe(
        compile(density, tf.concat([all, all])).memoryBytes,
      )
      const whole = values(alone(all))
      expectNear(whole, values(density(all)), 1e-5)
      for (const rows of [1, 3, 64, 65, 1000]) {
        const part = tf.slice(all, 0, rows)
        expect(values(alone(part))).toEqual(whole.slice(0, rows))
        expect(values(shared(part))).toEqual(whole.slice(0, rows))
      }
    })
    flow.dispose()
  })
})
