import { initialisers, Module, Rng, type Slot, useBackend, valueAndGradients } from '@ebbflow/core'
import { nsf } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { compileStep } from './compile-step.js'
import type { AdamSettings, StepOptimiser } from './step/options.js'

beforeAll(() => useBackend('wasm'))

/** Adam as its paper writes it, in double precision; run within a program where it has `settings`. */
class PlainAdam implements StepOptimiser {
  readonly kind = 'adam'
  step = 0
  rate = 0
  vectors: Record<string, Float32Array> = {}
  readonly settings?: AdamSettings
  constructor(
    readonly numbers: AdamSettings,
    within: boolean,
  ) {
    if (within) this.settings = numbers
  }
  begin(learningRate: number): void {
    this.step += 1
    this.rate = learningRate
  }
  apply(path: string, values: Float32Array, gradient: Float32Array, scale: number, out: Float32Array): void {
    const { beta1, beta2, epsilon, weightDecay, decays } = this.numbers
    this.vectors[`m:${path}`] ??= new Float32Array(values.length)
    this.vectors[`v:${path}`] ??= new Float32Array(values.length)
    const m = this.vectors[`m:${path}`]!
    const v = this.vectors[`v:${path}`]!
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i]! * scale
      m[i] = beta1 * m[i]! + (1 - beta1) * g
      v[i] = beta2 * v[i]! + (1 - beta2) * g * g
      const mHat = m[i]! / (1 - beta1 ** this.step)
      const vHat = v[i]! / (1 - beta2 ** this.step)
      const decay = decays(path) ? weightDecay : 0
      out[i] = values[i]! - this.rate * (mHat / (Math.sqrt(vHat) + epsilon) + decay * values[i]!)
    }
  }
  state() {
    return { kind: this.kind, step: this.step, vectors: this.vectors }
  }
  load(state: { step: number; vectors: Record<string, Float32Array> }): void {
    this.step = state.step
    this.vectors = state.vectors
  }
}

const NUMBERS: AdamSettings = {
  beta1: 0.8,
  beta2: 0.95,
  epsilon: 1e-4,
  weightDecay: 0.1,
  decays: (path) => path.endsWith('kernel'),
}

const flowOf = () => nsf({ dimensions: 2, layers: 2, hidden: [9, 6], bins: 4 }).init({ seed: 1 })
const batch = (i: number): tf.Tensor => Rng.seed(i).normal([33, 2])

/** Steps of the engine, with the same optimiser. */
function eagerly(steps: number, clipNorm: number) {
  const flow = flowOf()
  const optimiser = new PlainAdam(NUMBERS, false)
  const losses: number[] = []
  for (let i = 0; i < steps; i++)
    tf.tidy(() => {
      const x = batch(i)
      const slots = [...flow.trainable()]
      const { value, gradients } = valueAndGradients(
        () => tf.neg(tf.mean(flow.logProb(x))),
        slots.map(([, slot]) => slot.value),
      )
      losses.push(value.dataSync()[0]!)
      const norm = Math.sqrt(
        gradients.reduce(
          (sum, g) => sum + Float64Array.from(g.dataSync() as Float32Array).reduce((a, b) => a + b * b, 0),
          0,
        ),
      )
      optimiser.begin(0.01)
      for (const [k, [path, slot]] of slots.entries()) {
        const out = new Float32Array(slot.value.size)
        const gradient = gradients[k]!.dataSync() as Float32Array
        optimiser.apply(path, slot.value.dataSync() as Float32Array, gradient, Math.min(1, clipNorm / norm), out)
        slot.assign(tf.tensor(out, [...slot.shape]))
      }
    })
  return { flow, losses, optimiser }
}

describe('a compiled step', () => {
  test.each([
    ['within the program', true],
    ['beside it', false],
  ])('trains as the engine does, with the optimiser %s', (_, within) => {
    const clipNorm = 0.5
    const reference = eagerly(20, clipNorm)
    const flow = flowOf()
    const optimiser = new PlainAdam(NUMBERS, within)
    const x = batch(0)
    const before = tf.memory().numTensors
    const step = compileStep({
      loss: ([rows]) => ({ loss: tf.neg(tf.mean(flow.logProb(rows!))) }),
      parameters: flow.trainable(),
      optimiser,
      examples: [x],
      clipNorm,
    })
    const losses: number[] = []
    for (let i = 0; i < 20; i++) {
      const rows = batch(i)
      losses.push(step.run([rows.dataSync() as Float32Array], 0.01).loss)
      rows.dispose()
      if (i % 7 === 3) step.sync()
    }
    step.sync()
    expect(tf.memory().numTensors).toBe(before)
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(reference.losses[i]!, 3)
    expect(optimiser.step).toBe(20)
    for (const [path, slot] of reference.flow.trainable()) {
      const want = slot.value.dataSync()
      const got = flow.trainable().get(path)!.value.dataSync()
      for (const [j, value] of want.entries()) expect(got[j]!).toBeCloseTo(value, 2)
    }
    tf.dispose(x)
    flow.dispose()
    reference.flow.dispose()
  })

  test('gives its loss, extras, states and norm; reads what is assigned; leaves all alone where not finite', () => {
    class Model extends Module {
      readonly a: Slot = this.param('a', [2], initialisers.filled([3, 4]))
      readonly unused: Slot = this.param('unused', [5], initialisers.ones)
      readonly mean: Slot = this.state('mean', [], initialisers.zeros)
    }
    const model = new Model().init()
    const step = compileStep({
      loss: ([x]) => ({
        loss: tf.sum(tf.mul(model.a.value, x!)),
        extras: [tf.max(x!)],
        states: new Map([[model.mean, tf.add(model.mean.value, tf.mean(x!))]]),
      }),
      parameters: model.trainable(),
      optimiser: new PlainAdam({ ...NUMBERS, weightDecay: 0 }, true),
      examples: [tf.tensor1d([1, 1])],
    })
    expect(step.run([[3, 4]], 0)).toEqual({ loss: 25, extras: [4], gradientNorm: 5 })
    expect(model.mean.value.dataSync()[0]).toBe(3.5)
    model.a.assign(tf.tensor1d([1, 0]))
    expect(step.run([[1, 3]], 0)).toMatchObject({ loss: 1 })
    expect(model.mean.value.dataSync()[0]).toBe(5.5)
    expect(step.run([[Number.NaN, 3]], 1).gradientNorm).toBeNaN()
    expect(step.run([[Number.POSITIVE_INFINITY, 0]], 1).gradientNorm).toBeNaN()
    step.sync()
    expect([...model.a.value.dataSync()]).toEqual([1, 0])
    expect([...model.unused.value.dataSync()]).toEqual([1, 1, 1, 1, 1])
    expect(model.mean.value.dataSync()[0]).toBe(5.5)
    expect(step.accepts([[2]]) && !step.accepts([[3]])).toBe(true)
    // seven parameters with a gradient and two moments each
    expect(step.memoryBytes).toBeGreaterThanOrEqual(4 * 4 * 7)
    expect(step.explain()).toMatch(/what runs/)
  })
})
