import { type Call, Rng, sizeOf, valueAndGradients } from '@ebbflow/core'
import { drawTensor, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, it } from 'vitest'
import { InvertibleResidual } from './invertible-residual.js'
import { LipschitzConvNet } from './lipschitz-conv-net.js'
import { LipschitzMLP } from './lipschitz-mlp.js'
import type { LipschitzNet } from './lipschitz-net.js'
import type { ResidualLogDet } from './log-det.js'

/** The identity, of dense layers or at the centre of convolutions. */
function straight(shape: readonly number[]): tf.Tensor {
  const [inputs, outputs] = shape.slice(-2) as [number, number]
  const eye = tf.eye(inputs, outputs)
  if (shape.length === 2) return eye
  const edge: [number, number] = [(shape[0]! - 1) / 2, (shape[0]! - 1) / 2]
  return tf.pad(tf.reshape(eye, [1, 1, inputs, outputs]), [edge, edge, [0, 0], [0, 0]])
}

/** Sets parameters near to the identity's direction, so that the powers of the Jacobian do not cancel. */
function directed<N extends LipschitzNet>(net: N): N {
  for (const [path, slot] of net.parameters())
    tf.tidy(() => {
      const kernel = path.endsWith('kernel')
      const spread = slot.shape.length === 4 ? 1 / 16 : 1 / 4
      const noise = tf.mul(Rng.seed(path).normal(slot.shape), spread)
      const middle = kernel ? tf.mul(straight(slot.shape), path.startsWith('0') ? 1 : -1) : slot.value
      slot.assign(tf.add(middle, noise))
    })
  return net
}

const nets: Record<string, LipschitzNet> = {
  dense: directed(new LipschitzMLP({ inputs: 4, outputs: 4, hidden: [4] }).init({ seed: 5 })),
  convolutional: directed(new LipschitzConvNet({ shape: [2, 3, 1], width: 2, steps: 200 }).init({ seed: 5 })),
}
afterAll(() => {
  for (const net of Object.values(nets)) net.dispose()
})

const GROUPS = 64
const ROWS = 64

/** The point at which the log-determinants are. */
const pointOf = (net: LipschitzNet): tf.Tensor => drawTensor(REALS, 'point', net.event)

/** Means of groups of draws: the log-determinants, or their gradients along random directions for x and every parameter. */
function groups(net: LipschitzNet, logDet: ResidualLogDet, seed: string, count = GROUPS): number[][] {
  const parameters = [...net.trainable().values()].map((slot) => slot.value)
  const layer = new InvertibleResidual({ net, logDet })
  const rng = Rng.seed(seed)
  return Array.from({ length: count }, (_, g) => {
    const call: Call = { mode: 'eval', estimate: true, rng: rng.split(g) }
    const out: number[] = []
    tf.tidy(() => {
      const x = tf.add(tf.zeros([ROWS, ...net.event]), pointOf(net))
      const { value, gradients } = valueAndGradients(
        () => tf.mean(layer.forwardAndLogDet(x, call).logDet),
        [x, ...parameters],
      )
      out.push(value.dataSync()[0]!)
      // every row is the same point: its gradient is the sum over the rows
      const slopes = [tf.sum(gradients[0]!, 0), ...gradients.slice(1)]
      for (const [i, slope] of slopes.entries())
        out.push(tf.sum(tf.mul(slope, drawTensor(REALS, `along ${i}`, slope.shape))).dataSync()[0]!)
    })
    return out
  })
}

/** By how many standard errors each column's mean is off. */
function scores(samples: number[][], expected: number[]): number[] {
  return expected.map((e, i) => {
    const column = samples.map((s) => s[i]!)
    const mean = column.reduce((a, b) => a + b, 0) / column.length
    const variance = column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (column.length - 1)
    return (mean - e) / Math.max(Math.sqrt(variance / column.length), 1e-6 * (1 + Math.abs(e)))
  })
}

/** The series' first terms, by the Jacobian: what a truncated estimate is expected to be. */
function truncated(net: LipschitzNet, terms: number): number {
  const D = sizeOf(net.event)
  const layer = new InvertibleResidual({ net })
  const rows: number[][] = Array.from({ length: D }, () => Array(D).fill(0))
  tf.tidy(() => {
    const weights = net.weights()
    const point = [...pointOf(net).dataSync()]
    for (let j = 0; j < D; j++) {
      const step = (s: number): number[] => point.map((v, i) => (i === j ? v + s : v))
      const at = (s: number): Float32Array =>
        net.apply(tf.tensor(step(s), [1, ...net.event]), weights).dataSync() as Float32Array
      const [up, down] = [at(1e-2), at(-1e-2)]
      for (let i = 0; i < D; i++) rows[i]![j] = (up[i]! - down[i]!) / 2e-2
    }
  })
  let power: number[][] = rows.map((_, i) => rows.map((_, j) => (i === j ? 1 : 0)))
  let sum = 0
  for (let k = 1; k <= terms; k++) {
    power = power.map((row) => row.map((_, j) => row.reduce((s, v, m) => s + v * rows[m]![j]!, 0)))
    sum += ((k % 2 === 1 ? 1 : -1) * power.reduce((s, row, i) => s + row[i]!, 0)) / k
  }
  expect(layer.estimated).toBe(false)
  return sum
}

describe.each(Object.entries(nets))('estimated log-determinants, %s', (_, net) => {
  const exact = groups(net, 'exact', 'exact', 1)[0]!

  it('stand beside an exact one that the estimates must find', () => {
    expect(Math.abs(exact[0]!)).toBeGreaterThan(0.1)
    expect(Math.abs(truncated(net, 40) - exact[0]!)).toBeLessThan(1e-3)
  })

  it.each<[string, ResidualLogDet]>([
    ['the roulette', { roulette: {} }],
    ['a roulette of one exact term', { roulette: { exactTerms: 1 } }],
    ['a roulette that hardly goes on', { roulette: { exactTerms: 2, continuation: 0.7 } }],
    ['a roulette over three vectors', { roulette: { samples: 3 } }],
  ])('%s is unbiased over 4,096 draws, and so is its gradient', (name, mode) => {
    for (const z of scores(groups(net, mode, name), exact)) expect(Math.abs(z)).toBeLessThan(4)
  })

  it('a long series comes to it', () => {
    for (const z of scores(groups(net, { series: 40 }, 'series'), exact)) expect(Math.abs(z)).toBeLessThan(4)
  })

  it('a short series has the bias of what it leaves out', () => {
    const samples = groups(net, { series: 1, samples: 64 }, 'short')
    expect(Math.abs(scores(samples, [truncated(net, 1)])[0]!)).toBeLessThan(4)
    expect(Math.abs(scores(samples, exact)[0]!)).toBeGreaterThan(4)
  })

  it('is the same for the same generator', () => {
    expect(groups(net, { roulette: {} }, 'again', 2)).toEqual(groups(net, { roulette: {} }, 'again', 2))
    expect(groups(net, { roulette: {} }, 'again', 1)).not.toEqual(groups(net, { roulette: {} }, 'other', 1))
  })
})
