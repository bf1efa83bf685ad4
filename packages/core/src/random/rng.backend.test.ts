import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { ndtr } from '../special/index.js'
import { Rng } from './rng.js'

/** The largest distance of the empirical distribution from F, times √n: above 2.2 at about one seed in 10,000. */
function kolmogorov(values: ArrayLike<number>, cdf: (x: number) => number): number {
  const sorted = Float64Array.from(values).sort()
  const n = sorted.length
  return Math.sqrt(n) * sorted.reduce((d, x, i) => Math.max(d, cdf(x) - i / n, (i + 1) / n - cdf(x)), 0)
}

describe('Rng', () => {
  it('gives the same bits on every backend, and as plain numbers', () => {
    for (const kind of ['uniform', 'normal'] as const) {
      const tensor = Rng.seed('bits').split('x')[kind]([7, 3])
      expect([...tensor.dataSync()]).toEqual([...Rng.seed('bits').split('x').values(kind, 21)])
      tensor.dispose()
    }
    // pinned: another release must not change anybody's samples
    expect([...Rng.seed(1).values('normal', 3)]).toEqual([-0.26495569944381714, -0.20000939071178436, 0.54129958152771])
    expect([...Rng.seed(1).values('uniform', 3)]).toEqual([0.5240935683250427, 0.04035443067550659, 0.5283905863761902])
  })

  it('gives its key to a recorded program', () => {
    tf.tidy(() => {
      const rng = Rng.seed(1).split('step').rekey()
      const given = Rng.fromKey(tf.tensor1d(rng.key, 'int32')).split('layer').normal([5])
      expect([...given.dataSync()]).toEqual([...rng.split('layer').values('normal', 5)])
      expect([...Rng.seed(1).split('other').rekey().key]).not.toEqual([...rng.key])
    })
  })

  it('has copies that draw what it draws from there on', () => {
    const rng = Rng.seed(1).split('layer')
    rng.values('normal', 3)
    const copy = rng.copy()
    expect([...copy.values('uniform', 4)]).toEqual([...rng.values('uniform', 4)])
    expect([...copy.values('normal', 4)]).toEqual([...rng.values('normal', 4)])
  })

  it('draws from the distributions that it names', () => {
    tf.tidy(() => {
      expect(kolmogorov(Rng.seed(1).uniform([20000]).dataSync(), (x) => x)).toBeLessThan(2.2)
      const z = Rng.seed(2).normal([20000])
      const u = ndtr(z).dataSync()
      expect(kolmogorov(u, (x) => x)).toBeLessThan(2.2)
      // neighbours are not correlated
      const values = z.dataSync()
      let sum = 0
      for (let i = 1; i < values.length; i++) sum += values[i]! * values[i - 1]!
      expect(Math.abs(sum / Math.sqrt(values.length))).toBeLessThan(4)
    })
  })

  it('stays within the open interval', () => {
    const values = Rng.seed(3).values('uniform', 200_001)
    expect(Math.min(...values.slice(0, 100_000))).toBeGreaterThan(0)
    expect(values.every((u) => u > 0 && u < 1)).toBe(true)
  })

  it('draws anew each time, splits without looking at earlier draws, and forks anew', () => {
    const rng = Rng.seed(0)
    const first = rng.values('normal', 2)
    expect([...rng.values('normal', 2)]).not.toEqual([...first])
    expect([...rng.split('a').values('normal', 2)]).toEqual([...Rng.seed(0).split('a').values('normal', 2)])
    expect([...rng.split('a').values('normal', 2)]).not.toEqual([...rng.split('b').values('normal', 2)])
    expect([...rng.fork().values('normal', 2)]).not.toEqual([...rng.fork().values('normal', 2)])
  })

  it('takes 0 and text as seeds like any other', () => {
    const draws = [0, 1, -1, 0.5, '0', 'zero'].map((seed) => Rng.seed(seed).values('uniform', 1)[0])
    // 0 and '0' read the same
    expect(new Set(draws).size).toBe(5)
    expect(() => Rng.seed(Number.NaN)).toThrow('finite')
  })

  it('takes its key as a tensor', () => {
    tf.tidy(() => {
      const key = tf.tensor1d([5, -6], 'int32')
      const x = Rng.fromKey(key).split('s').normal([4])
      expect([...x.dataSync()]).toEqual([...Rng.fromKey(tf.clone(key)).split('s').normal([4]).dataSync()])
      expect([...x.dataSync()]).not.toEqual([
        ...Rng.fromKey(tf.tensor1d([5, 6], 'int32'))
          .split('s')
          .normal([4])
          .dataSync(),
      ])
    })
    expect(() => Rng.fromKey(tf.zeros([2]))).toThrow('int32')
  })

  it('permutes, every order as likely', () => {
    const counts = new Map<string, number>()
    const rng = Rng.seed(9)
    for (let i = 0; i < 6000; i++) {
      const order = rng.permutation(3).join()
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    const chi2 = [...counts.values()].reduce((sum, c) => sum + (c - 1000) ** 2 / 1000, 0)
    expect(chi2).toBeLessThan(25.7)
    expect([...rng.permutation(1000)].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
  })

  it('leaves no tensor behind', () => {
    const before = tf.memory().numTensors
    Rng.entropy().normal([5]).dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})
