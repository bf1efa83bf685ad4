import { Inverse } from '@ebbflow/bijectors'
import { currentBackend, FLOAT64, Rng, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { densities, draw } from '../arrays.js'
import { Flow } from '../flow.js'
import { massOf } from '../verify/index.js'
import { emerging } from './emerging.js'
import { ffjord } from './ffjord.js'
import { glow } from './glow.js'
import { iaf } from './iaf.js'
import { maf } from './maf.js'
import { ncsf } from './ncsf.js'
import { nice } from './nice.js'
import { nsf } from './nsf.js'
import { standardNormal } from './options.js'
import { planar } from './planar.js'
import { realNVP } from './real-nvp.js'
import { iResNet, residual } from './residual.js'
import { sylvester } from './sylvester.js'

const small = { layers: 3, hidden: [8], activation: 'tanh' } as const
const vectors: Record<string, (dimensions: number) => Flow> = {
  nice: (dimensions) => nice({ dimensions, ...small }),
  realNVP: (dimensions) => realNVP({ dimensions, ...small }),
  nsf: (dimensions) => nsf({ dimensions, ...small, bins: 5, bound: 4 }),
  'nsf, autoregressive': (dimensions) => nsf({ dimensions, ...small, transform: 'autoregressive', bins: 5, bound: 4 }),
  maf: (dimensions) => maf({ dimensions, ...small }),
  iaf: (dimensions) => iaf({ dimensions, ...small }),
  planar: (dimensions) => planar({ dimensions, layers: 4 }),
  'planar, sampling': (dimensions) => planar({ dimensions, layers: 4, closed: 'sampling' }),
  sylvester: (dimensions) => sylvester({ dimensions, layers: 2 }),
  residual: (dimensions) => residual({ dimensions, layers: 2, hidden: [8] }),
  iResNet: (dimensions) => iResNet({ dimensions, layers: 2, hidden: [8], activation: 'elu' }),
  ffjord: (dimensions) => ffjord({ dimensions, hidden: [6], activation: 'tanh', rtol: 3e-4, atol: 1e-4 }),
}
const torus: Record<string, (dimensions: number) => Flow> = {
  ncsf: (dimensions) => ncsf({ dimensions, ...small, bins: 5 }),
  'ncsf, autoregressive, von Mises': (dimensions) =>
    ncsf({ dimensions, ...small, transform: 'autoregressive', base: 'von-mises', bins: 5 }),
}
const picture = { image: [2, 2, 1], levels: 1, steps: 2, width: 4, activation: 'tanh', alpha: 0 } as const
const images: Record<string, () => Flow> = {
  glow: () => glow(picture),
  emerging: () => emerging(picture),
  realNVP: () => realNVP({ ...picture, image: [2, 2, 1] }),
}

/** Away from the identity, where a test would prove little. */
function stirred(flow: Flow, spread = 0.25): Flow {
  flow.init({ seed: 3 })
  const rng = Rng.seed('stir')
  for (const [path, slot] of flow.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(rng.split(path).normal(slot.shape), tensor(spread)))))
  return flow
}

const DRAWS = 4096
/** Double precision is slow, and takes fewer points. */
const double = currentBackend() === FLOAT64

/**
 * By how many standard errors the counts of draws in a grid over their middle, and beyond it, are off what the density says (χ² against
 * its mean and variance).
 */
function disagreement(flow: Flow, d: number): number {
  const rows = draw(flow, DRAWS, { seed: 'agree' })
  const bins = d === 1 ? 24 : 5
  const column = (i: number): Float32Array => rows.filter((_, at) => at % d === i).sort()
  const lower = Array.from({ length: d }, (_, i) => column(i)[Math.floor(0.03 * DRAWS)]!)
  const upper = Array.from({ length: d }, (_, i) => column(i)[Math.floor(0.97 * DRAWS)]!)
  const { parts, total } = massOf(flow, {
    box: { lower, upper },
    divisions: bins,
    tolerance: 1e-5,
    maxEvaluations: double ? 6_000 : 20_000,
  })
  const counts = new Float64Array(parts.length + 1)
  for (let r = 0; r < DRAWS; r++) {
    const cells = lower.map((low, i) => Math.floor(((rows[r * d + i]! - low) / (upper[i]! - low)) * bins))
    const inside = cells.every((c) => c >= 0 && c < bins)
    counts[inside ? cells.reduce((at, c) => at * bins + c, 0) : parts.length]!++
  }
  const expected = [...parts, 1 - total].map((p) => DRAWS * p)
  let chi = 0
  let freedom = -1
  for (const [i, e] of expected.entries()) {
    if (e < 3) continue
    chi += (counts[i]! - e) ** 2 / e
    freedom++
  }
  expect(freedom).toBeGreaterThan(10)
  return (chi - freedom) / Math.sqrt(2 * freedom)
}

describe.each(Object.entries({ ...vectors, ...torus }))('%s', (name, make) => {
  it.each([1, 2])('has a density of mass 1 that its samples follow, D = %i', (d) => {
    const flow = stirred(make(d))
    const box = name in torus ? { lower: Array(d).fill(-Math.PI), upper: Array(d).fill(Math.PI) } : undefined
    const { total } = massOf(flow, {
      ...(box && { box }),
      divisions: d === 1 ? 32 : 8,
      tolerance: 2e-5,
      // splines have kinks, which take many cells
      maxEvaluations: name.startsWith('nsf') ? 40_000 : name === 'ffjord' || double ? 12_000 : 30_000,
    })
    expect(Math.abs(total - 1)).toBeLessThan(1e-3)
    expect(Math.abs(disagreement(flow, d))).toBeLessThan(4)
    flow.dispose()
  })
})

describe('a swapped direction', () => {
  it('passes as a density, and fails by its samples', () => {
    const flow = stirred(realNVP({ dimensions: 2, ...small }))
    class Swapped extends Flow {
      override sample(shape: number | readonly number[] = [], options: { rng?: Rng; temperature?: number } = {}) {
        return turned.sample(shape, options)
      }
    }
    const turned = new Flow({ base: standardNormal(2), bijector: new Inverse(flow.bijector) })
    const swapped = new Swapped({ base: flow.base, bijector: flow.bijector })
    const box = { lower: [-12, -12], upper: [12, 12] }
    expect(Math.abs(massOf(swapped, { box }).total - 1)).toBeLessThan(1e-3)
    expect(disagreement(swapped, 2)).toBeGreaterThan(20)
    flow.dispose()
  })
})

describe.each(Object.entries(images))('%s', (_, make) => {
  it('has a density that its samples follow', () => {
    // the mean of q(x) / p(x) over draws of p is the mass of q, for any q; four values are too many for cubature
    const flow = stirred(make(), 0.1)
    const rows = draw(flow, DRAWS, { seed: 'importance' })
    const logp = densities(flow, rows)
    const s = 0.6
    const weights = Array.from(logp, (p, i) => {
      const square = rows.subarray(4 * i, 4 * i + 4).reduce((sum, v) => sum + v * v, 0)
      return Math.exp(-square / (2 * s * s) - 2 * Math.log(2 * Math.PI * s * s) - p)
    })
    const mean = weights.reduce((a, b) => a + b, 0) / DRAWS
    const sd = Math.sqrt(weights.reduce((sum, w) => sum + (w - mean) ** 2, 0) / DRAWS)
    expect(sd / Math.sqrt(DRAWS)).toBeLessThan(0.1)
    expect(Math.abs(mean - 1)).toBeLessThan((4 * sd) / Math.sqrt(DRAWS))
    flow.dispose()
  })
})
