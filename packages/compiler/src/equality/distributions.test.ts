import { loadBackend, Rng, useBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, test } from 'vitest'
import { expectEquality, randomised, tailsOf, withGradients } from './agreement.fixture.js'
import { DISTRIBUTIONS } from './distributions.fixture.js'
import { expectListed } from './exceptions.fixture.js'

beforeAll(async () => {
  await useBackend('wasm')
  await loadBackend('float64')
})

describe.each(Object.keys(DISTRIBUTIONS).map((name, i) => [name, i] as const))('%s, compiled,', (name, i) => {
  test('has its eager log-densities and their gradients', () => {
    const distribution = randomised(DISTRIBUTIONS[name]!(), 0.2)
    const continuous = distribution.support.kind !== 'integer'
    for (const rows of tailsOf(i))
      tf.tidy(() => {
        const draw = (seed: string): tf.Tensor => distribution.sample([rows], { rng: Rng.seed(seed) })
        const f = withGradients(distribution, (x) => [distribution.logProb(x)], continuous)
        expectListed(`${name}, log-density`, expectEquality(f, [draw('example')], [draw('other')]))
      })
    distribution.dispose()
  })

  test('has its eager draws, and their gradients where it is reparameterised', () => {
    const distribution = randomised(DISTRIBUTIONS[name]!(), 0.2)
    for (const rows of tailsOf(i))
      tf.tidy(() => {
        const sample = (key: tf.Tensor): tf.Tensor[] => [distribution.sample([rows], { rng: Rng.fromKey(key) })]
        const f = distribution.reparameterised ? withGradients(distribution, sample, false) : sample
        const keys = [1, 2].map((seed) => tf.tensor1d(Rng.seed(seed).key, 'int32'))
        expectListed(`${name}, draws`, expectEquality(f, [keys[0]!], [keys[1]!]))
      })
    distribution.dispose()
  })
})
