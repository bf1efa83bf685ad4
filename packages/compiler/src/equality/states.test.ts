import { ActNorm, BatchNorm, Chain, InvertibleResidual, LipschitzMLP } from '@ebbflow/bijectors'
import { type Bijector, commit, discard, Rng, type Slot, useBackend } from '@ebbflow/core'
import { Flow, standardNormal } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { compile } from '../compile.js'
import { compileStep } from '../compile-step.js'
import { randomised, TAILS } from './agreement.fixture.js'

beforeAll(() => useBackend('wasm'))

const flowOf = (...layers: Bijector[]): Flow =>
  randomised(new Flow({ base: standardNormal(3), bijector: Chain.fromData(layers) }), 0.2)

const keyOf = (seed: number): Int32Array => Rng.seed(seed).key
const rowsOf = (seed: number, rows = 37): tf.Tensor =>
  tf.tidy(() => tf.add(tf.mul(Rng.seed(seed).normal([rows, 3]), [2, 0.5, 1]), [1, -3, 0]))

describe('random numbers within a program', () => {
  test.each(['uniform', 'normal'] as const)('are the bits of the eager ones for any key, %s', (kind) => {
    for (const n of TAILS)
      tf.tidy(() => {
        const draw = (key: tf.Tensor): tf.Tensor => Rng.fromKey(key).split('layer')[kind]([n, 3])
        const compiled = compile(draw, tf.tensor1d(keyOf(1), 'int32'))
        expect(compiled.engine).toBe('compiled')
        for (const seed of [2, 3]) {
          const key = tf.tensor1d(keyOf(seed), 'int32')
          expect([...compiled(key).dataSync()]).toEqual([...draw(key).dataSync()])
        }
      })
  })
})

/** What training by a step, compiled and not, leaves in the states. */
function statesAfter(flow: Flow, steps: number): Record<'compiled' | 'eager', Map<string, number[]>> {
  const initial = new Map([...flow.slots()].map(([path, slot]) => [path, tf.keep(tf.clone(slot.value))] as const))
  const states = (): Map<string, number[]> =>
    new Map(
      [...flow.slots()]
        .filter(([, { kind }]) => kind === 'state')
        .map(([path, { value }]) => [path, [...value.dataSync()]]),
    )
  const logProb = (x: tf.Tensor, key: tf.Tensor, updates: Map<Slot, tf.Tensor>): tf.Tensor =>
    flow.logProbIn(x, { mode: 'train', rng: Rng.fromKey(key), updates })

  for (let step = 0; step < steps; step++)
    tf.tidy(() => {
      const updates = new Map<Slot, tf.Tensor>()
      logProb(rowsOf(step), tf.tensor1d(keyOf(step), 'int32'), updates)
      commit(updates)
    })
  const eager = states()

  for (const [path, slot] of flow.slots()) slot.assign(initial.get(path)!)
  const examples = [rowsOf(0), tf.tensor1d(keyOf(0), 'int32')]
  const leftovers: Map<Slot, tf.Tensor>[] = []
  const program = compileStep({
    loss: ([x, key]) => {
      const updates = new Map<Slot, tf.Tensor>()
      leftovers.push(updates)
      return { loss: tf.neg(tf.mean(logProb(x!, key!, updates))), states: updates }
    },
    parameters: flow.trainable(),
    optimiser: still,
    examples,
  })
  for (const updates of leftovers) discard(updates)
  for (let step = 0; step < steps; step++) {
    const x = rowsOf(step)
    program.run([x.dataSync() as Float32Array, keyOf(step)], 1)
    x.dispose()
  }
  program.sync()
  tf.dispose([examples, [...initial.values()]])
  return { compiled: states(), eager }
}

/** Leaves parameters as they are. */
const still = {
  kind: 'still',
  step: 0,
  begin() {},
  apply(_path: string, values: Float32Array, _gradient: Float32Array, _scale: number, out: Float32Array) {
    out.set(values)
  },
  state: () => ({ kind: 'still', step: 0, vectors: {} }),
  load() {},
}

describe('states after compiled steps', () => {
  test.each([
    [
      'the running moments of a batch',
      () => flowOf(new BatchNorm({ shape: [3], affine: true }), new BatchNorm({ shape: [3] })),
    ],
    [
      'the singular vectors of residual blocks',
      () =>
        flowOf(
          new InvertibleResidual({
            net: new LipschitzMLP({ inputs: 3, outputs: 3, hidden: [8] }),
            logDet: { roulette: {} },
          }),
        ),
    ],
  ] as const)('are those after eager ones: %s', (_, make) => {
    const flow = make()
    const { compiled, eager } = statesAfter(flow, 5)
    expect(eager.size).toBeGreaterThan(0)
    for (const [path, want] of eager)
      for (const [i, value] of want.entries())
        expect(Math.abs(compiled.get(path)![i]! - value), path).toBeLessThan(2e-5 * Math.max(1, Math.abs(value)))
    flow.dispose()
  })

  test('are those of an eager initialisation by a batch', () => {
    const layers = new Chain([
      new ActNorm({ shape: [3] }),
      new BatchNorm({ shape: [3] }),
      new ActNorm({ shape: [3] }),
    ]).init()
    const leftovers: Map<Slot, tf.Tensor>[] = []
    const initialised = (x: tf.Tensor): tf.Tensor[] => {
      const updates = new Map<Slot, tf.Tensor>()
      leftovers.push(updates)
      layers.forward(x, { mode: 'train', initialise: true, updates })
      return [...updates.values()]
    }
    tf.tidy(() => {
      const compiled = compile(initialised, rowsOf(1))
      expect(compiled.engine).toBe('compiled')
      const [got, want] = [compiled(rowsOf(2)), initialised(rowsOf(2))]
      expect(want).toHaveLength(6)
      for (const [i, tensor] of want.entries())
        for (const [j, value] of tensor.dataSync().entries())
          expect(Math.abs(got[i]!.dataSync()[j]! - value)).toBeLessThan(2e-5 * Math.max(1, Math.abs(value)))
    })
    for (const updates of leftovers) discard(updates)
    layers.dispose()
  })
})
