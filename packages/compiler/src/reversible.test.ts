import {
  ActNorm,
  affine,
  BatchNorm,
  Chain,
  Coupling,
  couplingSizes,
  Householder,
  LULinear,
  MLP,
} from '@ebbflow/bijectors'
import { type Call, Rng, type Slot, useBackend } from '@ebbflow/core'
import { Flow, glow, nsf, realNVP, standardNormal } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { compileStep } from './compile-step.js'
import type { CompiledStep } from './step/compiled-step.js'

beforeAll(() => useBackend('wasm'))

function randomised(flow: Flow, spread = 0.1): Flow {
  flow.init({ seed: 1 })
  for (const [path, slot] of flow.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), spread))))
  return flow
}

/** A step of plain gradient descent, whose update shows the gradients. */
function stepOf(flow: Flow, x: tf.Tensor, reversible: boolean): CompiledStep {
  const leftovers: Map<Slot, tf.Tensor>[] = []
  const step = compileStep({
    loss: ([rows]) => {
      const states = new Map<Slot, tf.Tensor>()
      leftovers.push(states)
      const call: Call = { mode: 'train', updates: states, ...(reversible && { reversible }) }
      return { loss: tf.neg(tf.mean(flow.logProbIn(rows!, call))), states }
    },
    parameters: flow.trainable(),
    optimiser: descent(),
    examples: [x],
  })
  for (const states of leftovers) tf.dispose([...states.values()])
  return step
}

const descent = () => ({
  kind: 'descent',
  step: 0,
  begin() {},
  apply(_: string, values: Float32Array, gradient: Float32Array, __: number, out: Float32Array) {
    for (const [i, value] of values.entries()) out[i] = value - gradient[i]!
  },
  state: () => ({ kind: 'descent', step: 0, vectors: {} }),
  load() {},
})

const valuesOf = (flow: Flow): Map<string, Float32Array> =>
  new Map([...flow.slots()].map(([path, slot]) => [path, slot.value.dataSync().slice() as Float32Array]))

const FLOWS: Readonly<Record<string, () => Flow>> = {
  realNVP: () => realNVP({ dimensions: 3, layers: 5, hidden: [16] }),
  nsf: () => nsf({ dimensions: 2, layers: 4, hidden: [16] }),
  'with batch moments': () =>
    new Flow({
      base: realNVP({ dimensions: 3 }).base,
      bijector: Chain.fromData([
        new BatchNorm({ shape: [3], affine: true }),
        new LULinear({ dimensions: 3 }),
        new ActNorm({ shape: [3] }),
        new BatchNorm({ shape: [3] }),
      ]),
    }),
  glow: () => glow({ image: [4, 4, 1], levels: 2, steps: 2, width: 6 }),
}

describe('a compiled reversible step', () => {
  test.each(Object.keys(FLOWS))('of %s has the gradients and the new states of the ordinary one', (name) => {
    const ends = [false, true].map((reversible) => {
      const flow = randomised(FLOWS[name]!())
      // enough to be parted
      const x = Rng.seed(2).uniform([name === 'glow' ? 16 : 130, ...flow.eventShape])
      const step = stepOf(flow, x, reversible)
      const { loss } = step.run([x.dataSync() as Float32Array], 1)
      step.sync()
      const values = valuesOf(flow)
      flow.dispose()
      x.dispose()
      return { loss, values }
    })
    const [ordinary, reversible] = ends as [(typeof ends)[0], (typeof ends)[0]]
    expect(reversible.loss).toBeCloseTo(ordinary.loss, 5)
    for (const [path, want] of ordinary.values) {
      const got = reversible.values.get(path)!
      const scale = Math.max(1, ...want.map(Math.abs))
      for (const [i, value] of want.entries()) expect(Math.abs(got[i]! - value) / scale, path).toBeLessThan(1e-4)
    }
  })

  /** Bytes that are planned for what a step on so many rows of two values computes on its way. */
  const activationsOf =
    (make: (layers: number) => Flow) =>
    (layers: number, reversible: boolean, rows = 100): number => {
      const flow = randomised(make(layers), 0.03)
      const x = Rng.seed(2).normal([rows, 2])
      const step = stepOf(flow, x, reversible)
      const { activationBytes } = step
      flow.dispose()
      x.dispose()
      return activationBytes
    }

  test('has planned memory for activations that does not grow with the layers', () => {
    const activations = activationsOf((layers) => realNVP({ dimensions: 2, layers, hidden: [32, 32] }))
    // parted or not
    for (const rows of [100, 256]) {
      const [few, many] = [activations(4, true, rows), activations(16, true, rows)]
      expect(many).toBeLessThan(1.1 * few)
      expect(activations(16, false, rows)).toBeGreaterThan(5 * many)
    }
  })

  test('keeps of a layer that is ill conditioned its input alone', () => {
    const activations = activationsOf((layers) => {
      const squeezed = Array.from({ length: layers }, () => [new Steep({ dimensions: 2, reflections: 1 }), coupling()])
      return new Flow({ base: standardNormal(2), bijector: new Chain(squeezed.flat()) })
    })
    const [few, many] = [activations(4, true), activations(16, true)]
    const kept = (many - few) / 12
    // two values a row, and what parts of a loop are rounded up to
    expect(kept).toBeGreaterThan(100 * 2 * 4 * 0.9)
    expect(kept).toBeLessThan(100 * 2 * 4 * 2)
    expect(activations(16, false)).toBeGreaterThan(3 * many)
  })
})

class Steep extends Householder {
  override readonly illConditioned = true
}

const coupling = (): Coupling => {
  const sizes = { dimensions: 2, family: affine({ bound: 1 }) }
  return new Coupling({ ...sizes, conditioner: new MLP({ ...couplingSizes(sizes), hidden: [32, 32] }) })
}
