import { type Call, loadBackend, Rng, useBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, test } from 'vitest'
import { draws, expectEquality, randomised, tailsOf, withGradients } from './agreement.fixture.js'
import { EAGER, expectListed } from './exceptions.fixture.js'
import { FLOWS, MODELS } from './flows.fixture.js'

beforeAll(async () => {
  await useBackend('wasm')
  await loadBackend('float64')
})

const keyOf = (seed: number): tf.Tensor => tf.tensor1d(Rng.seed(seed).key, 'int32')
const training = (key: tf.Tensor): Call => ({ mode: 'train', rng: Rng.fromKey(key) })

describe.each(Object.keys(FLOWS).map((name, i) => [name, i] as const))('%s, compiled,', (name, i) => {
  const rowsFor = (what: string): readonly number[] => (EAGER[what] ? [4] : tailsOf(i, 2))

  test('has its eager training densities and their gradients', () => {
    const flow = randomised(FLOWS[name]!(), 0.1)
    const f = withGradients(flow, (x, key) => [flow.logProbIn(x!, training(key!))])
    const what = `${name}, densities`
    for (const rows of rowsFor(what))
      tf.tidy(() => {
        const inputs = (seed: number): tf.Tensor[] => [draws(`${seed}`, [rows, ...flow.eventShape]), keyOf(seed)]
        expectListed(what, expectEquality(f, inputs(1), inputs(2)))
      })
    flow.dispose()
  })

  test('has its eager samples and their gradients', () => {
    const flow = randomised(FLOWS[name]!(), 0.1)
    const f = withGradients(flow, (z) => [flow.fromLatent(z!)])
    const what = `${name}, samples`
    for (const rows of rowsFor(what))
      tf.tidy(() => {
        const noise = (seed: number): tf.Tensor[] => [draws(`${seed}`, [rows, ...flow.base.eventShape])]
        expectListed(what, expectEquality(f, noise(1), noise(2)))
      })
    flow.dispose()
  })
})

test.each(Object.keys(MODELS).map((name, i) => [name, i] as const))(
  '%s, compiled, has its eager training densities and their gradients',
  (name, i) => {
    const { make, levels, labels } = MODELS[name]!
    const model = randomised(make(), 0.1)
    const f = withGradients(
      model,
      (x, key, context) => [model.logProbIn(x!, { ...training(key!), ...(context && { context }) })],
      false,
    )
    const whole = (seed: string, shape: number[], below: number): tf.Tensor =>
      tf.floor(tf.mul(Rng.seed(seed).uniform(shape), below))
    for (const rows of tailsOf(i))
      tf.tidy(() => {
        const inputs = (seed: number): tf.Tensor[] => {
          const shape = [rows, ...model.eventShape]
          const x = levels ? whole(`${seed}`, shape, levels) : draws(`${seed}`, shape)
          return [x, keyOf(seed), ...(labels ? [whole(`labels ${seed}`, [rows, 1], labels)] : [])]
        }
        expectListed(`${name}, densities`, expectEquality(f, inputs(1), inputs(2)))
      })
    model.dispose()
  },
)
