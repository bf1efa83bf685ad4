import { initialisers, Module, Rng, type Slot } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, inject, test } from 'vitest'
import { handOver, newVector } from '../vectors.js'
import { Adam, type AdamOptions } from './adam.js'
import { applyGradients } from './apply.js'
import { globalNorm } from './clip.js'
import type { Optimiser } from './optimiser.js'
import { Sgd } from './sgd.js'

const double = inject('backend') === 'float64'
// thirty roundings of values up to 2.5 make 4e-6 in single precision
const DIGITS = double ? 13 : 5

class Pair extends Module {
  readonly a: Slot = this.param('a', [3], initialisers.filled([0.5, -1, 2]))
  readonly b: Slot = this.param('b', [2, 2], initialisers.filled(0.25))
}

/** Gradients of step t, the same numbers for the optimiser and for its reference. */
function gradientsAt(t: number): number[][] {
  const draws = Rng.seed(7).split(t).values('normal', 7)
  return [[...draws.subarray(0, 3)], [...draws.subarray(3)]]
}

function run(
  optimiser: Optimiser,
  steps: number,
  learningRate: number,
  clipNorm = Number.POSITIVE_INFINITY,
): number[][] {
  const pair = new Pair().init()
  advance(pair, optimiser, 0, steps, learningRate, clipNorm)
  const values = [pair.a, pair.b].map((slot) => [...slot.value.dataSync()])
  pair.dispose()
  return values
}

function advance(pair: Pair, optimiser: Optimiser, from: number, to: number, learningRate: number, clipNorm?: number) {
  for (let t = from; t < to; t++)
    tf.tidy(() => {
      const gradients = gradientsAt(t).map((g, i) => {
        const values = newVector(g.length)
        values.set(g)
        return handOver(values, [pair.a, pair.b][i]!.shape)
      })
      applyGradients(optimiser, pair.parameters(), gradients, {
        learningRate,
        ...(clipNorm !== undefined && { clipNorm }),
      })
    })
}

const start = [
  [0.5, -1, 2],
  [0.25, 0.25, 0.25, 0.25],
]

/** Adam as its paper writes it, in double precision, one number at a time. */
function adamReference(steps: number, lr: number, options: AdamOptions = {}, clip = Number.POSITIVE_INFINITY) {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options
  const m = start.map((p) => p.map(() => 0))
  const v = start.map((p) => p.map(() => 0))
  return Array.from({ length: steps }).reduce<number[][]>((values, _, t) => {
    const all = gradientsAt(t)
    const norm = Math.hypot(...all.flat())
    return values.map((p, k) =>
      p.map((value, i) => {
        const g = all[k]![i]! * Math.min(1, clip / norm)
        m[k]![i] = beta1 * m[k]![i]! + (1 - beta1) * g
        v[k]![i] = beta2 * v[k]![i]! + (1 - beta2) * g ** 2
        const mHat = m[k]![i]! / (1 - beta1 ** (t + 1))
        const vHat = v[k]![i]! / (1 - beta2 ** (t + 1))
        return value - lr * (mHat / (Math.sqrt(vHat) + epsilon) + weightDecay * value)
      }),
    )
  }, start)
}

function expectClose(actual: number[][], expected: number[][]): void {
  for (const [k, row] of expected.entries())
    for (const [i, value] of row.entries()) expect(actual[k]![i]!).toBeCloseTo(value, DIGITS)
}

describe('Adam', () => {
  test('does what its paper says', () => {
    expectClose(run(new Adam(), 25, 0.01), adamReference(25, 0.01))
    const options = { beta1: 0.8, beta2: 0.95, epsilon: 1e-3 }
    expectClose(run(new Adam(options), 25, 0.1), adamReference(25, 0.1, options))
  })

  test('decays weights apart from the gradient, and only those asked for', () => {
    const options = { weightDecay: 0.1 }
    const all = run(new Adam(options), 20, 0.05)
    expectClose(all, adamReference(20, 0.05, options))
    const some = run(new Adam({ ...options, decays: (path) => path === 'b' }), 20, 0.05)
    expect(some[0]).toEqual(run(new Adam(), 20, 0.05)[0])
    expect(some[1]).toEqual(all[1])
  })

  test('scales gradients down to a global norm', () => {
    expectClose(run(new Adam({ epsilon: 0.1 }), 10, 0.1, 0.5), adamReference(10, 0.1, { epsilon: 0.1 }, 0.5))
  })

  test('goes on from its state as if it had not stopped', () => {
    const whole = run(new Adam(), 30, 0.02)
    const pair = new Pair().init()
    const first = new Adam()
    advance(pair, first, 0, 12, 0.02)
    const state = first.state()
    expect(state.step).toBe(12)
    expect(Object.keys(state.vectors).sort()).toEqual(['m:a', 'm:b', 'v:a', 'v:b'])
    // the state is a copy, in plain arrays
    advance(pair.clone(), first, 12, 15, 0.02)
    const second = new Adam()
    second.load(state)
    advance(pair, second, 12, 30, 0.02)
    expect([pair.a, pair.b].map((slot) => [...slot.value.dataSync()])).toEqual(whole)
  })

  test('refuses a state that is not its own', () => {
    expect(() => new Adam().load(new Sgd().state())).toThrow(/another optimiser/)
    const adam = new Adam()
    adam.load({ kind: 'adam', step: 1, vectors: { 'm:a': new Float32Array(5) } })
    expect(() => run(adam, 1, 0.1)).toThrow(/m:a.*expected 3 values, got 5/)
    expect(() => new Adam({ beta1: 1 })).toThrow(/beta1/)
  })
})

describe('Sgd', () => {
  const reference = (steps: number, lr: number, mu: number, nesterov: boolean, decay: number) => {
    const u = start.map((p) => p.map(() => 0))
    return Array.from({ length: steps }).reduce<number[][]>(
      (values, _, t) =>
        values.map((p, k) =>
          p.map((value, i) => {
            const g = gradientsAt(t)[k]![i]!
            u[k]![i] = mu * u[k]![i]! + g
            return value - lr * ((nesterov ? g + mu * u[k]![i]! : u[k]![i]!) + decay * value)
          }),
        ),
      start,
    )
  }

  test('with and without momentum, Nesterov and weight decay', () => {
    expectClose(run(new Sgd(), 10, 0.1), reference(10, 0.1, 0, false, 0))
    expectClose(run(new Sgd({ momentum: 0.9 }), 10, 0.02), reference(10, 0.02, 0.9, false, 0))
    expectClose(
      run(new Sgd({ momentum: 0.8, nesterov: true, weightDecay: 0.1 }), 10, 0.02),
      reference(10, 0.02, 0.8, true, 0.1),
    )
  })
})

describe('applyGradients', () => {
  test('returns the norm, keeps copies apart, and leaves no tensor behind', () => {
    const pair = new Pair().init()
    const copy = pair.clone()
    const before = tf.memory().numTensors
    const gradients = [tf.tensor1d([3, 0, 0]), tf.tensor2d([0, 4, 0, 0], [2, 2])]
    expect(globalNorm(gradients)).toBe(5)
    expect(applyGradients(new Adam(), pair.parameters(), gradients, { learningRate: 0.1 })).toBe(5)
    tf.dispose(gradients)
    expect(tf.memory().numTensors).toBe(before)
    expect(pair.a.value.dataSync()[0]).toBeCloseTo(0.4, 6)
    expect([...copy.a.value.dataSync()]).toEqual(start[0])
  })

  test('changes nothing when a gradient is not finite', () => {
    const pair = new Pair().init()
    const adam = new Adam()
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const gradients = [tf.tensor1d([0, bad, 0]), tf.zeros([2, 2])]
      expect(applyGradients(adam, pair.parameters(), gradients, { learningRate: 0.1 })).not.toSatisfy(Number.isFinite)
    }
    expect(adam.step).toBe(0)
    expect([...pair.a.value.dataSync()]).toEqual(start[0])
  })
})
