import { build, describe as describeModule, Rng } from '@ebbflow/core'
import { drawTensor, expectAgreement, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { JointFlow, labelCounts } from './joint.js'
import { realNVP } from './recipes/real-nvp.js'
import { residual } from './recipes/residual.js'
import { standardRegistry } from './registry.js'

const K = 3
const model = (labels?: readonly number[] | 'learnable'): JointFlow => {
  const flow = realNVP({ dimensions: 2, layers: 2, hidden: [8], context: K })
  const joint = new JointFlow({ flow, ...(labels && { labels }) }).init({ seed: 1 })
  for (const [path, slot] of joint.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), 0.25))))
  return joint
}

describe('JointFlow', () => {
  it('is p(y) p(x|y), sums to p(x), and divides to p(y|x)', () => {
    tf.tidy(() => {
      const joint = model([1, 2, 5])
      const x = drawTensor(REALS, 'x', [4, 2])
      const each = [0, 1, 2].map((k) => [...joint.logProb(x, tf.fill([4], k)).dataSync()])
      const given = [0, 1, 2].map((k) => {
        const hot = tf.tensor2d(
          [0, 1, 2].map((i) => (i === k ? 1 : 0)),
          [1, 3],
        )
        return [...joint.flow.logProb(x, hot).dataSync()]
      })
      const prior = [1 / 8, 2 / 8, 5 / 8]
      for (const k of [0, 1, 2])
        expectAgreement(
          each[k]!,
          given[k]!.map((g) => g + Math.log(prior[k]!)),
          { kappa: 16, what: 'log p(x, y)' },
        )
      const total = [0, 1, 2, 3].map((i) => Math.log(each.reduce((sum, e) => sum + Math.exp(e[i]!), 0)))
      expectAgreement(joint.logProb(x).dataSync(), total, { kappa: 16, what: 'log p(x)' })
      const { probabilities, label } = joint.classify(x)
      expect(probabilities.shape).toEqual([4, 3])
      const p = probabilities.arraySync() as number[][]
      p.forEach((row, i) => {
        row.forEach((value, k) => {
          expect(Math.abs(value - Math.exp(each[k]![i]! - total[i]!))).toBeLessThan(1e-4)
        })
        expect(label.dataSync()[i]).toBe(row.indexOf(Math.max(...row)))
      })
      expectAgreement(joint.logProbGiven(x, tf.fill([4], 1)).dataSync(), given[1]!, { kappa: 4, what: 'log p(x|y)' })
      joint.dispose()
    })
  })

  it('draws labels as often as they are, and events of their labels', () => {
    tf.tidy(() => {
      const joint = model([1, 2, 5])
      const n = 4000
      const { value, label } = joint.sample(n, { rng: Rng.seed(3) })
      expect([value.shape, label.shape]).toEqual([[n, 2], [n]])
      const counts = labelCounts(label.dataSync(), K).map((c) => c - 1)
      counts.forEach((c, k) => {
        const p = [1, 2, 5][k]! / 8
        expect(Math.abs(c - n * p)).toBeLessThan(4 * Math.sqrt(n * p * (1 - p)))
      })
      // events of one label have the mean of those with that label among all
      const one = joint.sample([n], { rng: Rng.seed(4), label: 2 })
      expect(one.label.dataSync().every((v) => v === 2)).toBe(true)
      const rows = value.arraySync() as number[][]
      const labels = label.dataSync()
      const own = rows.filter((_, i) => labels[i] === 2)
      const meanOf = (all: number[][], c: number): number => all.reduce((sum, r) => sum + r[c]!, 0) / all.length
      for (const c of [0, 1])
        expect(Math.abs(meanOf(own, c) - meanOf(one.value.arraySync() as number[][], c))).toBeLessThan(0.12)
      expect(() => joint.sample(1, { label: 3 })).toThrow('0 to 2')
      joint.dispose()
    })
  })

  it('leaves no tensor behind', () => {
    const joint = model('learnable')
    const x = drawTensor(REALS, 'x', [4, 2])
    const before = tf.memory().numTensors
    const { value, label } = joint.sample(4)
    const { probabilities, label: found } = joint.classify(value)
    tf.dispose([joint.logProb(x, label), joint.logProb(x), joint.logProbGiven(x, label), probabilities, found])
    tf.dispose([value, label])
    expect(tf.memory().numTensors).toBe(before)
    x.dispose()
    joint.dispose()
  })

  it('is saved with its labels', () => {
    tf.tidy(() => {
      for (const labels of [[1, 2, 5], 'learnable', undefined] as const) {
        const joint = model(labels)
        const saved = JSON.parse(JSON.stringify(describeModule(joint)))
        const again = build(saved, standardRegistry()) as JointFlow
        for (const [path, slot] of joint.slots()) again.slots().get(path)!.assign(slot.value)
        const x = drawTensor(REALS, 'x', [4, 2])
        expect([...again.logProb(x).dataSync()]).toEqual([...joint.logProb(x).dataSync()])
        joint.dispose()
        again.dispose()
      }
    })
  })

  it('says what is wrong', () => {
    const flow = realNVP({ dimensions: 2, context: 3 })
    expect(() => new JointFlow({ flow, labels: [1, 2] })).toThrow('expected 3 frequencies')
    expect(() => new JointFlow({ flow: realNVP({ dimensions: 2 }) as never })).toThrow('a conditional flow')
    expect(() => labelCounts([0, 3], 3)).toThrow('label 1 is none: expected 0 to 2, got 3')
    tf.tidy(() => {
      const joint = model()
      expect(() => joint.logProb(tf.zeros([2, 3]))).toThrow('[2]')
      expect(() => joint.logProbIn(tf.zeros([2, 2]), { mode: 'eval' })).toThrow('with labels')
      expect(() => joint.logProbIn(tf.zeros([2, 2]), { mode: 'eval', context: tf.zeros([2, 3]) })).toThrow('the label')
      expect(joint.logProb(tf.zeros([1, 2]), tf.tensor1d([7])).dataSync()[0]).toBe(-Infinity)
      joint.dispose()
    })
    const noisy = new JointFlow({
      flow: residual({ dimensions: 2, layers: 1, hidden: [4], context: 2, logDet: { roulette: {} } }),
    }).init()
    expect(noisy.estimated).toBe(true)
    expect(() => tf.tidy(() => noisy.classify(tf.zeros([1, 2])))).toThrow('only estimates')
    noisy.dispose()
  })
})
