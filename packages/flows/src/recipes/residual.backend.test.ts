import { describe as describeModule, EbbflowError, Rng } from '@ebbflow/core'
import { drawTensor, expectAgreement, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { densities, draw } from '../arrays.js'
import { loadFlow, saveFlow } from '../file/index.js'
import type { Flow } from '../flow.js'
import { iResNet, residual } from './residual.js'

const small = { layers: 3, hidden: [12] }

describe.each([
  ['residual', residual],
  ['iResNet', iResNet],
])('%s', (_, recipe) => {
  it.each([1, 2, 3])('carries data to noise and back, D = %i', (dimensions) => {
    tf.tidy(() => {
      const flow = recipe({ dimensions, ...small }).init({ seed: 3 })
      expect(flow.estimated).toBe(false)
      const x = drawTensor(REALS, 'x', [6, dimensions])
      const z = flow.toLatent(x)
      expectAgreement(flow.fromLatent(z).dataSync(), x.dataSync(), { kappa: 64, dimensions, what: 'round trip' })
      const { value, logProb } = flow.sampleAndLogProb(6, { rng: Rng.seed(5) })
      expectAgreement(flow.logProb(value).dataSync(), logProb.dataSync(), { kappa: 64, dimensions, what: 'log p' })
      flow.dispose()
    })
  })

  it('estimates beyond 16 values, and says so', () => {
    tf.tidy(() => {
      const flow = recipe({ dimensions: 20, ...small }).init({ seed: 3 })
      const exact = recipe({ dimensions: 20, ...small, logDet: 'exact' }).init({ seed: 3 })
      const x = drawTensor(REALS, 'x', [4, 20])
      expect(flow.estimated).toBe(true)
      expect(() => flow.logProb(x)).toThrow(EbbflowError)
      expect(() => flow.logProb(x)).toThrow(/^bijector\.\d\.inner: this layer only estimates its log-determinant/)
      const once = flow.logProbEstimate(x, { rng: Rng.seed(1) })
      expect([...once.dataSync()]).toEqual([...flow.logProbEstimate(x, { rng: Rng.seed(1) }).dataSync()])
      expect([...once.dataSync()]).not.toEqual([...flow.logProbEstimate(x, { rng: Rng.seed(2) }).dataSync()])
      // near to what it estimates, by a spread of a few tenths
      expect(Math.max(...tf.abs(tf.sub(once, exact.logProb(x))).dataSync())).toBeLessThan(3)
      expect(draw(flow, 2, { seed: 1 })).toEqual(draw(exact, 2, { seed: 1 }))
      flow.dispose()
      exact.dispose()
    })
  })

  it('takes a context, and keeps its options in a file', () => {
    const flow = recipe({ dimensions: 2, ...small, context: 3, activation: 'elu', coefficient: 0.8 }).init({ seed: 1 })
    const { flow: again } = loadFlow(saveFlow(flow))
    const context = [[1, 0, -1]]
    expect(densities(again, [[0.5, 1]], { context })[0]).toBeCloseTo(densities(flow, [[0.5, 1]], { context })[0]!, 5)
    expect(densities(flow, [[0.5, 1]], { context: [[0, 2, 0]] })).not.toEqual(densities(flow, [[0.5, 1]], { context }))
    flow.dispose()
    again.dispose()
  })
})

describe('residual flows of images', () => {
  const picture = { image: [4, 4, 1], levels: 2, steps: 1, width: 4 } as const

  it('carry images to noise and back, with estimates of what is exact at length', () => {
    tf.tidy(() => {
      const flow = residual({ ...picture, logDet: { roulette: {} } }).init({ seed: 1 })
      const exact = residual({ ...picture, logDet: 'exact' }).init({ seed: 1 })
      const x = drawTensor({ lower: 0, upper: 1 }, 'x', [3, 4, 4, 1])
      for (const f of [flow, exact]) f.initialise(x)
      expect(flow.eventShape).toEqual([4, 4, 1])
      expectAgreement(flow.fromLatent(flow.toLatent(x)).dataSync(), x.dataSync(), { kappa: 64, what: 'round trip' })
      expect(() => flow.logProb(x)).toThrow('only estimates')
      const many = tf.tile(tf.slice(x, 0, 1), [512, 1, 1, 1])
      const { mean, variance } = tf.moments(flow.logProbEstimate(many, { rng: Rng.seed(1) }))
      const right = exact.logProb(x).dataSync()[0]!
      const error = Math.sqrt(variance.dataSync()[0]! / 512)
      expect(Math.abs(mean.dataSync()[0]! - right)).toBeLessThan(4 * error + 1e-4)
      flow.dispose()
      exact.dispose()
    })
  })
})

describe.each([
  ['residual', residual],
  ['iResNet', iResNet],
])('%s of images', (_, recipe) => {
  const image = [4, 4, 1]

  it('is exact up to 16 values, and keeps its options in a file', () => {
    const flow = recipe({ image, levels: 1, steps: 1, width: 3, activation: 'elu', coefficient: 0.8 }).init({ seed: 2 })
    const { flow: again } = loadFlow(saveFlow(flow))
    const x = Float32Array.from(drawTensor({ lower: 0, upper: 1 }, 'saved', [16]).dataSync())
    expect(flow.estimated).toBe(false)
    expect(describeModule(again)).toEqual(describeModule(flow))
    // files hold single precision
    expect(densities(again, x)[0]).toBeCloseTo(densities(flow, x)[0]!, 5)
    const [ours, theirs] = [flow, again].map((f) => draw(f, 2, { seed: 1 }))
    for (const [i, value] of ours!.entries()) expect(theirs![i]).toBeCloseTo(value, 5)
    flow.dispose()
    again.dispose()
  })

  it('estimates beyond, and refuses odd sides', () => {
    expect(recipe({ image: [8, 8, 1], levels: 1, steps: 1, width: 3 }).estimated).toBe(true)
    expect(() => recipe({ image: [5, 4, 1] })).toThrow('even sides')
  })

  it('takes a context, in its blocks and after it was saved', () => {
    const options = { image, levels: 1, steps: 2, width: 3, context: 2, splitPriors: false } as const
    const flow: Flow<tf.Tensor> = recipe(options).init({ seed: 2 })
    const { flow: again } = loadFlow(saveFlow(flow))
    tf.tidy(() => {
      const x = drawTensor({ lower: 0, upper: 1 }, 'x', [3, ...image])
      const [a, b] = [-1, 1].map((c) => [...flow.logProb(x, tf.fill([3, 2], c)).dataSync()])
      for (const [i, v] of a!.entries()) expect(Math.abs(v - b![i]!)).toBeGreaterThan(1e-4)
      const saved = (again as Flow<tf.Tensor>).logProb(x, tf.fill([3, 2], -1)).dataSync()
      for (const [i, v] of a!.entries()) expect(saved[i]).toBeCloseTo(v, 4)
      const context = drawTensor(REALS, 'context', [3, 2])
      const { value, logProb } = flow.sampleAndLogProb([], { context, rng: Rng.seed(1) })
      expectAgreement(flow.logProb(value, context).dataSync(), logProb.dataSync(), {
        kappa: 64,
        dimensions: 16,
        what: 'log p',
      })
    })
    flow.dispose()
    again.dispose()
  })
})

describe('estimates', () => {
  it('are the density itself where every layer is exact', () => {
    tf.tidy(() => {
      const flow = residual({ dimensions: 2, ...small }).init({ seed: 1 })
      const x = drawTensor(REALS, 'x', [5, 2])
      expect([...flow.logProbEstimate(x, { rng: Rng.seed(1) }).dataSync()]).toEqual([...flow.logProb(x).dataSync()])
      flow.dispose()
    })
  })
  it('need a generator, and a context where the flow has one', () => {
    const flow = residual({ dimensions: 2, ...small, context: 1 })
    // @ts-expect-error a conditional flow wants its context
    expect(() => flow.logProbEstimate(tf.zeros([1, 2]), { rng: Rng.seed(1) })).toThrow('a context of shape')
  })
})
