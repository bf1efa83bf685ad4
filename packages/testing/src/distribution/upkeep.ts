import { build, type Distribution, describe, EbbflowError, Rng, sizeOf, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { expectAgreement } from '../tolerance.js'
import type { Checks } from './checks.js'
import { type DistributionContractOptions, type Subject, tidied } from './subject.js'

/** Shapes, seeds, memory, copies, files and errors. */
export function upkeepChecks(subject: Subject, registry: DistributionContractOptions['registry']): Checks {
  const checks: Checks = {}
  for (const shape of [[], [4], [2, 3], [0]])
    checks[`draws a sample of shape [${shape}] and gives one number an event`] = () =>
      tidied(() => {
        const { distribution } = subject
        const x = distribution.sample(shape, { rng: Rng.seed(1) })
        expect(x.shape).toEqual([...subject.shape(...shape)])
        expect(distribution.logProb(x).shape).toEqual([...shape, ...distribution.batchShape])
      })

  checks['broadcasts events with its batch'] = () =>
    tidied(() => {
      const { distribution, batchSize, eventSize, options } = subject
      const { batchShape, eventShape } = distribution
      // one event for the whole batch, as if it were repeated
      const one = subject.draws.subarray(0, eventSize)
      const shared = distribution.logProb(tensor(one, eventShape))
      expect(shared.shape).toEqual([...batchShape])
      const repeated = Float64Array.from({ length: batchSize * eventSize }, (_, i) => one[i % eventSize]!)
      const full = distribution.logProb(tensor(repeated, subject.shape()))
      expectAgreement(shared.dataSync(), full.dataSync(), { kappa: options.kappa, what: 'one event for all' })
      // row by row
      const rows = subject.some(3)
      const all = distribution.logProb(rows).dataSync()
      for (let r = 0; r < 3; r++) {
        const row = tensor(subject.draws.subarray(r * repeated.length, (r + 1) * repeated.length), subject.shape())
        const what = `row ${r}`
        const mine = all.slice(r * batchSize, (r + 1) * batchSize)
        expectAgreement(mine, distribution.logProb(row).dataSync(), { kappa: options.kappa, what })
      }
    })

  checks['has −∞ as log-density, and 0 or 1 as cdf, outside its support'] = () =>
    tidied(() => {
      const { distribution, discrete } = subject
      const { lower, upper } = distribution.support
      const outside = [lower - 1, lower - 1e30, upper + 1, upper + 1e30].filter(Number.isFinite)
      for (const value of discrete ? [...outside, lower + 0.5] : outside) {
        // one value outside is enough
        const x = subject.draws.slice(0, sizeOf(subject.shape()))
        for (let i = 0; i < x.length; i += subject.eventSize) x[i] = value
        for (const p of distribution.logProb(tensor(x, subject.shape())).dataSync()) expect(p).toBe(-Infinity)
        if (!subject.has('cdf') || (discrete && value > lower && value < upper)) continue
        for (const p of distribution.cdf(tensor(value)).dataSync()) expect(p).toBeCloseTo(value < lower ? 0 : 1, 6)
      }
    })

  checks['draws the same bits for the same seed, and others for another'] = () =>
    tidied(() => {
      const bits = (seed: number) => [...subject.distribution.sample([16], { rng: Rng.seed(seed) }).dataSync()]
      expect(bits(3)).toEqual(bits(3))
      expect(bits(4)).not.toEqual(bits(3))
      const rng = Rng.seed(3)
      const [first, second] = [0, 1].map(() => [...subject.distribution.sample([16], { rng }).dataSync()])
      expect(first, 'the first draws of a generator').toEqual(bits(3))
      expect(second, 'the next draws of the same generator').not.toEqual(first)
    })

  checks['draws and evaluates in one pass'] = () =>
    tidied(() => {
      const { value, logProb } = subject.distribution.sampleAndLogProb([16], { rng: Rng.seed(5) })
      const alone = subject.distribution.sample([16], { rng: Rng.seed(5) })
      expectAgreement(value.dataSync(), alone.dataSync(), { kappa: subject.options.kappa, what: 'draws' })
      expectAgreement(logProb.dataSync(), subject.distribution.logProb(value).dataSync(), {
        kappa: subject.options.kappa,
        what: 'log-density',
      })
    })

  checks['leaves no tensor behind and never gives the handle it was given'] = () => {
    const { distribution } = subject
    const x = subject.some(2)
    const before = tf.memory().numTensors
    const calls: (() => tf.Tensor | undefined)[] = [
      () => distribution.logProb(x),
      () => distribution.sample([2], { rng: Rng.seed(1) }),
      () => subject.closed((d) => d.cdf(x)),
      () => subject.closed((d) => d.mean()),
      () => subject.closed((d) => d.variance()),
      () => subject.closed((d) => d.entropy()),
    ]
    for (const call of calls) {
      const out = call()
      expect(out).not.toBe(x)
      expect(tf.memory().numTensors).toBe(before + (out ? 1 : 0))
      out?.dispose()
    }
    const { value, logProb } = distribution.sampleAndLogProb([2], { rng: Rng.seed(1) })
    expect(tf.memory().numTensors).toBe(before + 2)
    tf.dispose([value, logProb, x])
    expect(distribution.initialised).toBe(true)
  }

  checks['has a clone of its own'] = () => {
    const { distribution } = subject
    const copy = distribution.clone()
    tidied(() => {
      const x = subject.some(2)
      const before = [...distribution.logProb(x).dataSync()]
      expect([...copy.logProb(x).dataSync()]).toEqual(before)
      for (const slot of copy.slots().values()) slot.assign(tf.add(slot.value, 0.25))
      expect([...distribution.logProb(x).dataSync()]).toEqual(before)
    })
    copy.dispose()
  }

  checks['refuses events of another shape with a typed error'] = () => {
    const { eventShape } = subject.distribution
    if (eventShape.length === 0) return
    expect(() => subject.distribution.logProb(tf.zeros([...eventShape, 7]))).toThrow(EbbflowError)
  }

  if (registry)
    checks['is the same after it was saved'] = () => {
      const { distribution } = subject
      const saved = JSON.parse(JSON.stringify(describe(distribution)))
      const copy = build(saved, registry) as Distribution
      expect([...copy.slots().keys()]).toEqual([...distribution.slots().keys()])
      tidied(() => {
        const slots = copy.slots()
        for (const [path, slot] of distribution.slots()) slots.get(path)!.assign(slot.value)
        const x = subject.some(8)
        expect([...copy.logProb(x).dataSync()]).toEqual([...distribution.logProb(x).dataSync()])
        expect(copy.reparameterised).toBe(distribution.reparameterised)
        expect(copy.support).toEqual(distribution.support)
      })
      copy.dispose()
    }
  return checks
}
