import { loadBackend, useBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, test } from 'vitest'
import { expectEquality, tailsOf } from './agreement.fixture.js'
import { BIJECTORS } from './bijectors.fixture.js'
import { DIRECTIONS, inDirection } from './directions.fixture.js'
import { EAGER, expectListed } from './exceptions.fixture.js'

beforeAll(async () => {
  await useBackend('wasm')
  await loadBackend('float64')
})

describe.each(Object.keys(BIJECTORS).map((name, i) => [name, i] as const))('%s, compiled,', (name, i) => {
  test.each(DIRECTIONS)('equals its eager values and gradients, %s', (direction) => {
    const { call } = BIJECTORS[name]!
    const { bijector, f, inputs } = inDirection(name, direction)
    const what = `${name}, ${direction}`
    // what runs eagerly is the same at any number of rows
    for (const rows of EAGER[what] ? [4] : tailsOf(i))
      tf.tidy(() => {
        if (call && rows === 1) return
        expectListed(what, expectEquality(f, inputs('example', rows), inputs('other', rows)))
      })
    bijector.dispose()
  })
})
