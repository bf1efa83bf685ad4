import { type Distribution, Rng, tensor, valueAndGradients } from '@ebbflow/core'
import { drawTensor, expectAgreement, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { densities } from '../arrays.js'
import type { Flow } from '../flow.js'
import { learnableNormal, normalMixture } from './bases.js'
import { planar } from './planar.js'
import { realNVP } from './real-nvp.js'
import type { ClosedForm } from './stacked.js'
import { sylvester } from './sylvester.js'

const recipes = {
  planar: (closed: ClosedForm, dimensions = 3) => planar({ dimensions, layers: 3, closed }),
  sylvester: (closed: ClosedForm, dimensions = 3) => sylvester({ dimensions, layers: 2, units: 2, closed }),
}

/** Away from the identity, which layers start as. */
function stirred(flow: Flow): Flow {
  flow.init({ seed: 3 })
  const rng = Rng.seed('stir')
  for (const [path, slot] of flow.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(rng.split(path).normal(slot.shape), 0.5))))
  return flow
}

describe.each(Object.entries(recipes))('%s', (_, make) => {
  it.each(['density', 'sampling'] as const)('has both directions, the %s as a closed form', (closed) => {
    tf.tidy(() => {
      const flow = stirred(make(closed))
      expect(flow.bijector.cost).toEqual(
        closed === 'density'
          ? { forward: 'iterative', inverse: 'closed' }
          : { forward: 'closed', inverse: 'iterative' },
      )
      const x = drawTensor(REALS, 'x', [8, 3], 1.5)
      expectAgreement(flow.fromLatent(flow.toLatent(x)).dataSync(), x.dataSync(), {
        kappa: 64,
        dimensions: 3,
        what: 'round trip',
      })
      const { value, logProb } = flow.sampleAndLogProb(8, { rng: Rng.seed(5) })
      expectAgreement(flow.logProb(value).dataSync(), logProb.dataSync(), {
        kappa: 64,
        dimensions: 3,
        what: 'log-densities of samples',
      })
      flow.dispose()
    })
  })

  it.each(['density', 'sampling'] as const)('has a density that integrates to 1, the %s as a closed form', (closed) => {
    tf.tidy(() => {
      const flow = stirred(make(closed, 2))
      const [n, half] = [160, 12]
      const step = (2 * half) / n
      const at = (i: number): number => -half + (i + 0.5) * step
      const grid = Float32Array.from({ length: 2 * n * n }, (_, k) =>
        at(k % 2 === 0 ? Math.floor(k / 2 / n) : Math.floor(k / 2) % n),
      )
      const mass = densities(flow, grid).reduce((sum, logp) => sum + Math.exp(logp) * step * step, 0)
      expect(Math.abs(mass - 1)).toBeLessThan(1e-3)
      flow.dispose()
    })
  })

  it('turns round with its option', () => {
    tf.tidy(() => {
      // the same layers from the other side, in the other order
      const [density, sampling] = [stirred(make('density')), stirred(make('sampling'))]
      const [from, to] = [density.slots(), sampling.slots()]
      const last = density.bijector.children.size - 1
      for (const [path, slot] of to)
        slot.assign(from.get(path.replace(/^bijector\.(\d+)/, (_, i) => `bijector.${last - Number(i)}.inner`))!.value)
      const z = drawTensor(REALS, 'z', [8, 3])
      expectAgreement(sampling.fromLatent(z).dataSync(), density.toLatent(z).dataSync(), { kappa: 8, what: 'values' })
      density.dispose()
      sampling.dispose()
    })
  })
})

it('refuses a direction that there is not', () => {
  // @ts-expect-error: what a caller without types may write
  expect(() => planar({ dimensions: 2, closed: 'both' })).toThrow('density or sampling')
})

describe('bases that are trained', () => {
  const bases: Record<string, () => Distribution> = {
    learnableNormal: () => learnableNormal(2),
    normalMixture: () => normalMixture({ dimensions: 2, components: 3, spread: 2 }),
  }
  it.each(Object.entries(bases))('%s has a gradient for each parameter', (_, make) => {
    tf.tidy(() => {
      const flow: Flow = realNVP({ dimensions: 2, layers: 2, hidden: [4], base: make() }).init({ seed: 1 })
      const own = [...flow.trainable()].filter(([path]) => path.startsWith('base'))
      expect(own.length).toBeGreaterThanOrEqual(2)
      const x = drawTensor(REALS, 'x', [16, 2], 1.5)
      const { gradients } = valueAndGradients(
        () => tf.mean(flow.logProb(x)),
        own.map(([, slot]) => slot.value),
      )
      for (const [i, g] of gradients.entries())
        expect(
          g.dataSync().some((v) => v !== 0),
          own[i]![0],
        ).toBe(true)
      expect(flow.sample(4, { rng: Rng.seed(1) }).shape).toEqual([4, 2])
      flow.dispose()
    })
  })

  it('learnableNormal starts as the standard normal', () => {
    tf.tidy(() => {
      const base = learnableNormal(2).init()
      const logp = base.logProb(tensor([[1, -2]])).dataSync()[0]!
      expect(logp).toBeCloseTo(-Math.log(2 * Math.PI) - 2.5, 5)
      base.dispose()
    })
  })
})
