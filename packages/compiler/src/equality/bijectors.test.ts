import { type Call, EVAL, loadBackend, useBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, test } from 'vitest'
import { draws, expectEquality, randomised, tailsOf, withGradients } from './agreement.fixture.js'
import { BIJECTORS } from './bijectors.fixture.js'
import { EAGER, expectListed } from './exceptions.fixture.js'

beforeAll(async () => {
  await useBackend('wasm')
  await loadBackend('float64')
})

describe.each(Object.keys(BIJECTORS).map((name, i) => [name, i] as const))('%s, compiled,', (name, i) => {
  test.each(['forward', 'inverse'] as const)('equals its eager values and gradients, %s', (direction) => {
    const { make, event, context = 0, domain, spread = 0.3, call } = BIJECTORS[name]!
    const bijector = randomised(make(), spread)
    const run = (x: tf.Tensor, given?: tf.Tensor): tf.Tensor[] => {
      const by: Call = { ...(call?.() ?? EVAL), ...(given && { context: given }) }
      const { value, logDet } =
        direction === 'forward' ? bijector.forwardAndLogDet(x, by) : bijector.inverseAndLogDet(x, by)
      return [value, logDet]
    }
    const f = withGradients(bijector, run)
    const inputs = (seed: string, rows: number): tf.Tensor[] => {
      const z = draws(seed, [rows, ...event])
      const x = domain?.(z) ?? z
      const given = context > 0 ? [draws(`${seed} context`, [rows, context])] : []
      if (direction === 'forward') return [x, ...given]
      return [bijector.forward(x, { mode: 'eval', ...(given[0] && { context: given[0] }) }), ...given]
    }
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
