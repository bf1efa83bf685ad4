import { type Distribution, gradients, Rng, tensor, withBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Gamma, Mixture, Normal, StudentT, VonMises } from '../index.js'

const STEP = 1e-4
const draws = (d: Distribution) => (): tf.Tensor => d.sample([4], { rng: Rng.seed(5) })
const quantiles = (d: Distribution) => (): tf.Tensor => d.quantile(tensor([0.03, 0.4, 0.8]))

/** Runs f with one value of a parameter, in double precision. */
function around(d: Distribution, path: string, f: () => tf.Tensor) {
  const { shape } = d.parameters().get(path)!
  const at = (x: tf.Tensor): tf.Tensor => d.withParameters({ [path]: x }, () => tf.sum(f()))
  const value = (v: number): tf.Tensor => tensor([v], shape)
  const slope = (x: tf.Tensor): tf.Tensor => gradients(() => at(x), [x])[0]!
  return {
    value: (v: number) => at(value(v)).dataSync()[0]!,
    slope: (v: number) => slope(value(v)).dataSync()[0]!,
    curve: (v: number) => {
      const x = value(v)
      return gradients(() => tf.sum(slope(x)), [x])[0]!.dataSync()[0]!
    },
  }
}

const cases: [string, () => Distribution, string, (d: Distribution) => () => tf.Tensor][] = [
  [
    'von Mises draws by their concentration',
    () => new VonMises({ concentration: 3, learnable: true }),
    'rawConcentration',
    draws,
  ],
  ['quantiles of a mixture by a scale', mixture, '0.rawScale', quantiles],
  ['quantiles of a mixture by a location', mixture, '1.loc', quantiles],
]

function mixture(): Mixture {
  return new Mixture({
    components: [new Normal({ loc: -1, scale: 0.5, learnable: true }), new Normal({ loc: 1, learnable: true })],
    weights: [1, 2],
  })
}

describe('derivatives of implicit functions', () => {
  it.each(cases)('%s: first and second order are right', (_, make, path, of) => {
    const d = make().init()
    withBackend('float64', () => {
      tf.tidy(() => {
        const { value, slope, curve } = around(d, path, of(d))
        const v = 0.2
        const numeric = (f: (v: number) => number): number => (f(v + STEP) - f(v - STEP)) / (2 * STEP)
        expect(slope(v)).toBeCloseTo(numeric(value), 6)
        expect(curve(v)).toBeCloseTo(numeric(slope), 6)
        expect(Math.abs(curve(v))).toBeGreaterThan(1e-3)
      })
    })
    d.dispose()
  })

  it('of second order that core does not have throw, and are never silently wrong', () => {
    for (const [d, path] of [
      [new Gamma({ concentration: 2, learnable: true }), 'rawConcentration'],
      [new StudentT({ df: 3, learnable: true }), 'rawDf'],
    ] as const) {
      d.init()
      withBackend('float64', () => {
        tf.tidy(() => {
          const { slope, curve } = around(d, path, draws(d))
          expect(Number.isFinite(slope(0.1))).toBe(true)
          expect(() => curve(0.1)).toThrow(/no derivative here/)
        })
      })
      d.dispose()
    }
  })
})
