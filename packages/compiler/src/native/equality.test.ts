import { loadBackend, Rng, useBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Compiled,
  draws,
  expectEquality,
  randomised,
  tailsOf,
  withGradients,
} from '../equality/agreement.fixture.js'
import { BIJECTORS } from '../equality/bijectors.fixture.js'
import { DIRECTIONS, inDirection } from '../equality/directions.fixture.js'
import { DISTRIBUTIONS } from '../equality/distributions.fixture.js'
import { FLOWS } from '../equality/flows.fixture.js'
import { compileNative } from './compile-native.js'
import { BESIDE } from './exceptions.fixture.js'

beforeAll(async () => {
  await useBackend('native')
  await loadBackend('float64')
})

type Function = (...inputs: tf.Tensor[]) => tf.Tensor[]

const compare = (f: Function, example: tf.Tensor[], other: tf.Tensor[]): Compiled =>
  expectEquality(f, example, other, undefined, compileNative)

/** Expects a function to be one graph where it is not listed, and what is listed not to be. */
function expectGraph(what: string, { engine, reason }: Compiled): void {
  const listed = BESIDE[what]
  const expected = listed ? { engine: 'eager', reason: expect.stringMatching(listed) } : { engine: 'compiled' }
  expect({ engine, ...(reason !== undefined && { reason }) }, what).toEqual(expected)
}

describe.each(Object.keys(BIJECTORS).map((name, i) => [name, i] as const))(
  '%s, as a graph of TensorFlow,',
  (name, i) => {
    test.each(DIRECTIONS)('equals its eager values and gradients, %s', (direction) => {
      const { call } = BIJECTORS[name]!
      const { bijector, f, inputs } = inDirection(name, direction)
      for (const rows of tailsOf(i, 1))
        tf.tidy(() => {
          const other = rows === 1 && call ? 2 : rows
          expectGraph(`${name}, ${direction}`, compare(f, inputs('example', other), inputs('other', other)))
        })
      bijector.dispose()
    })
  },
)

test.each(Object.keys(DISTRIBUTIONS).map((name, i) => [name, i] as const))(
  '%s, as a graph of TensorFlow, has its eager log-densities and their gradients',
  (name, i) => {
    const distribution = randomised(DISTRIBUTIONS[name]!(), 0.2)
    const continuous = distribution.support.kind !== 'integer'
    for (const rows of tailsOf(i, 1))
      tf.tidy(() => {
        const draw = (seed: string): tf.Tensor => distribution.sample([rows], { rng: Rng.seed(seed) })
        const f = withGradients(distribution, (x) => [distribution.logProb(x)], continuous)
        expectGraph(`${name}, log-density`, compare(f, [draw('example')], [draw('other')]))
      })
    distribution.dispose()
  },
)

describe.each(Object.keys(FLOWS).map((name, i) => [name, i] as const))('%s, as a graph of TensorFlow,', (name, i) => {
  test.each(['densities', 'samples'] as const)('has its eager %s and their gradients', (what) => {
    const flow = randomised(FLOWS[name]!(), 0.1)
    const f = withGradients(flow, (x) => [what === 'densities' ? flow.logProb(x!) : flow.fromLatent(x!)])
    const event = what === 'densities' ? flow.eventShape : flow.base.eventShape
    for (const rows of tailsOf(i, 1))
      tf.tidy(() => {
        expectGraph(`${name}, ${what}`, compare(f, [draws('1', [rows, ...event])], [draws('2', [rows, ...event])]))
      })
    flow.dispose()
  })
})
