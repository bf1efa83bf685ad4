import { bernstein, logisticMixture, monotoneNetwork, onLine } from '@ebbflow/bijectors'
import { gradients, Rng, tensor } from '@ebbflow/core'
import { drawIn, drawTensor, expectAgreement, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { densities, draw } from '../arrays.js'
import type { Flow } from '../flow.js'
import { iaf } from './iaf.js'
import { maf } from './maf.js'
import { ncsf } from './ncsf.js'
import { nsf } from './nsf.js'

const small = { hidden: [12], activation: 'tanh' } as const
const recipes: Record<string, (dimensions: number) => Flow> = {
  maf: (dimensions) => maf({ dimensions, layers: 3, ...small }),
  iaf: (dimensions) => iaf({ dimensions, layers: 3, orders: 'random', ...small }),
  'nsf, autoregressive': (dimensions) =>
    nsf({ dimensions, transform: 'autoregressive', layers: 2, bins: 5, bound: 4, ...small }),
  'maf of mixtures': (dimensions) =>
    maf({ dimensions, layers: 1, family: onLine(logisticMixture({ components: 3 })), ...small }),
  'maf of Bernstein polynomials': (dimensions) =>
    maf({ dimensions, layers: 1, family: onLine(bernstein({ degree: 4 })), ...small }),
  'maf of monotone networks': (dimensions) =>
    maf({ dimensions, layers: 1, family: monotoneNetwork({ width: 3 }), ...small }),
}
const torus: Record<string, (dimensions: number) => Flow> = {
  'ncsf, coupling, uniform': (dimensions) => ncsf({ dimensions, layers: 3, bins: 5, ...small }),
  'ncsf, autoregressive, von Mises': (dimensions) =>
    ncsf({ dimensions, transform: 'autoregressive', base: 'von-mises', layers: 2, bins: 5, ...small }),
}

/** Away from the identity, where a test would prove little. */
function stirred<F extends Flow | Flow<tf.Tensor>>(flow: F, spread = 0.1): F {
  flow.init({ seed: 3 })
  const rng = Rng.seed('stir')
  for (const [path, slot] of flow.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(rng.split(path).normal(slot.shape), tensor(spread)))))
  return flow
}

/** Probabilities of a density on the cells of [−half, half]ᴰ by the midpoint rule, n cells a side, the first value changing fastest. */
function cellsOf(flow: Flow, dimensions: number, half: number, n: number): Float64Array {
  const step = (2 * half) / n
  const grid = new Float32Array(n ** dimensions * dimensions)
  for (let i = 0; i < n ** dimensions; i++)
    for (let d = 0; d < dimensions; d++) grid[i * dimensions + d] = -half + ((Math.floor(i / n ** d) % n) + 0.5) * step
  return Float64Array.from(densities(flow, grid), (logp) => Math.exp(logp) * step ** dimensions)
}
const total = (p: Float64Array): number => p.reduce((a, b) => a + b, 0)

/** (χ² − k) / √2k of 8,192 samples in the plane over k blocks of cells that hold at least 20 samples by the density, the others as one. */
function misfit(flow: Flow, cells: Float64Array, half: number, blocks: number): number {
  const n = Math.sqrt(cells.length)
  const count = 8192
  const expected = new Float64Array(blocks ** 2)
  const seen = new Float64Array(blocks ** 2)
  const block = (i: number): number => Math.floor((i * blocks) / n)
  cells.forEach((p, i) => {
    expected[block(i % n) + blocks * block(Math.floor(i / n))]! += p * count
  })
  const x = draw(flow, count, { seed: 11 })
  const place = (v: number): number => Math.floor(((v + half) / (2 * half)) * blocks)
  for (let i = 0; i < count; i++) {
    const [a, b] = [place(x[2 * i]!), place(x[2 * i + 1]!)]
    if (Math.min(a, b) >= 0 && Math.max(a, b) < blocks) seen[a + blocks * b]! += 1
  }
  const large = [...expected.keys()].filter((i) => expected[i]! >= 20)
  const pick = (values: Float64Array): number[] => large.map((i) => values[i]!)
  const rest = (values: Float64Array): number => count - pick(values).reduce((a, b) => a + b, 0)
  const terms = pick(expected).map((e, i) => (pick(seen)[i]! - e) ** 2 / e)
  const outside = rest(expected) > 1 ? (rest(seen) - rest(expected)) ** 2 / rest(expected) : 0
  const chi2 = terms.reduce((a, b) => a + b, outside)
  expect(large.length).toBeGreaterThanOrEqual(6)
  return (chi2 - large.length) / Math.sqrt(2 * large.length)
}

describe.each(Object.entries(recipes))('%s', (_, make) => {
  it.each([1, 2, 3])('carries data to noise and back, D = %i', (dimensions) => {
    tf.tidy(() => {
      const flow = stirred(make(dimensions))
      const x = drawTensor(REALS, 'x', [8, dimensions], 1.5)
      const z = flow.toLatent(x)
      expectAgreement(flow.fromLatent(z).dataSync(), x.dataSync(), { kappa: 256, dimensions, what: 'round trip' })
      const { value, logProb } = flow.sampleAndLogProb(8, { rng: Rng.seed(5) })
      expectAgreement(flow.logProb(value).dataSync(), logProb.dataSync(), { kappa: 512, dimensions, what: 'log p' })
      flow.dispose()
    })
  })

  it('has a density that integrates to 1, in one and two dimensions, and samples that agree with it', () => {
    tf.tidy(() => {
      const [line, plane] = [stirred(make(1)), stirred(make(2))]
      expect(Math.abs(total(cellsOf(line, 1, 20, 2000)) - 1)).toBeLessThan(1e-3)
      const cells = cellsOf(plane, 2, 12, 240)
      expect(Math.abs(total(cells) - 1)).toBeLessThan(1e-3)
      expect(misfit(plane, cells, 12, 24)).toBeLessThan(4)
      line.dispose()
      plane.dispose()
    })
  })

  it('starts as its base', () => {
    tf.tidy(() => {
      const flow = make(3).init({ seed: 1 })
      const x = drawTensor(REALS, 'x', [4, 3])
      expectAgreement(flow.logProb(x).dataSync(), flow.base.logProb(x).dataSync(), { kappa: 64, what: 'identity' })
      flow.dispose()
    })
  })
})

describe.each(Object.entries(torus))('%s', (_, make) => {
  it.each([1, 2, 3])('carries angles to noise and back, D = %i', (dimensions) => {
    tf.tidy(() => {
      const flow = stirred(make(dimensions))
      const around = { lower: -Math.PI, upper: Math.PI }
      const x = tensor(drawIn(around, 'x', 8 * dimensions), [8, dimensions])
      expectAgreement(flow.fromLatent(flow.toLatent(x)).dataSync(), x.dataSync(), {
        ...{ kappa: 256, dimensions, what: 'round trip' },
      })
      flow.dispose()
    })
  })

  it('has a density of mass 1 that its samples agree with, and none outside', () => {
    tf.tidy(() => {
      const [line, plane] = [stirred(make(1)), stirred(make(2))]
      expect(Math.abs(total(cellsOf(line, 1, Math.PI, 1000)) - 1)).toBeLessThan(1e-3)
      const cells = cellsOf(plane, 2, Math.PI, 192)
      expect(Math.abs(total(cells) - 1)).toBeLessThan(1e-3)
      expect(misfit(plane, cells, Math.PI, 6)).toBeLessThan(4)
      expect([...plane.logProb(tensor([[0, 3.5]])).dataSync()]).toEqual([-Infinity])
      const samples = draw(plane, 4096, { seed: 2 })
      expect(samples.every((a) => Math.abs(a) <= Math.fround(Math.PI))).toBe(true)
      line.dispose()
      plane.dispose()
    })
  })

  it('is continuous across the cut, with its gradient', () => {
    tf.tidy(() => {
      const flow = stirred(make(2))
      const edge = Math.PI - 1e-4
      const beside = tensor([
        [-edge, 0.3],
        [edge, 0.3],
        [1.2, -edge],
        [1.2, edge],
      ])
      const logp = flow.logProb(beside).dataSync()
      const slope = gradients(() => tf.sum(flow.logProb(beside)), [beside])[0]!.dataSync()
      for (const i of [0, 2]) {
        expect(Math.abs(logp[i]! - logp[i + 1]!)).toBeLessThan(5e-3)
        expect(Number.isFinite(slope[2 * i]!)).toBe(true)
      }
      expect(Math.max(...logp) - Math.min(...logp)).toBeGreaterThan(0.02)
      flow.dispose()
    })
  })
})

describe('conditional autoregressive flows', () => {
  const conditional: Record<string, Flow<tf.Tensor>> = {
    maf: maf({ dimensions: 2, context: 3, layers: 2, ...small }),
    iaf: iaf({ dimensions: 2, context: 3, layers: 2, ...small }),
    nsf: nsf({ dimensions: 2, context: 3, transform: 'autoregressive', layers: 1, bins: 4, ...small }),
    ncsf: ncsf({ dimensions: 2, context: 3, layers: 2, bins: 4, ...small }),
    'ncsf, autoregressive': ncsf({
      ...{ dimensions: 2, context: 3, transform: 'autoregressive', layers: 1, bins: 4 },
      ...small,
    }),
  }
  it.each(Object.entries(conditional))('%s depends on its context, in value and gradient', (_, flow) => {
    tf.tidy(() => {
      stirred(flow, 0.3)
      const x = drawTensor(REALS, 'x', [4, 2])
      const context = drawTensor(REALS, 'context', [4, 3])
      const logp = flow.logProb(x, context)
      const other = flow.logProb(x, tf.neg(context))
      expect(Math.max(...tf.abs(tf.sub(logp, other)).dataSync())).toBeGreaterThan(1e-3)
      expect(flow.sample(5, { context, rng: Rng.seed(1) }).shape).toEqual([5, 4, 2])
      const felt = gradients(() => tf.sum(flow.sample([], { context, rng: Rng.seed(1) })), [context])[0]!
      expect(felt.dataSync().some((g) => g !== 0)).toBe(true)
      flow.dispose()
    })
  })

  it('ncsf refuses a base that there is not', () => {
    // @ts-expect-error: what a caller without types may write
    expect(() => ncsf({ dimensions: 2, base: 'normal' })).toThrow('uniform or von-mises')
  })
})
