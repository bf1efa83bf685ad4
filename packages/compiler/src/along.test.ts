import { odeSolve, Rng, tensor, useBackend, type VectorField, valueAndGradients, withBackend } from '@ebbflow/core'
import { ffjord } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { optimise } from './build.js'
import { compile } from './compile.js'
import { compileStep } from './compile-step.js'
import { iterationOf } from './loops.js'
import type { StepOptimiser } from './step/options.js'
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

describe('a training step of a continuous flow', () => {
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
