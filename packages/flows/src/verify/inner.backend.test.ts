import {
  ActNorm,
  Affine,
  Block,
  Chain,
  Exp,
  Inverse,
  MultiScale,
  Reshape,
  Squeeze,
  splitPrior,
} from '@ebbflow/bijectors'
import { Bijector, type Call, type Mapped, Rng, type Shape } from '@ebbflow/core'
import { drawIn, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Flow } from '../flow.js'
import { standardNormal } from '../recipes/options.js'
import { residual } from '../recipes/residual.js'
import { Flipped } from './flipped.fixture.js'
import type { FlowReport } from './report.js'
import { verify } from './verify.js'

/** Someone's own composition, that loses the log-determinant of its second layer. */
class Pair extends Bijector {
  static readonly type = 'test-pair'
  readonly inputRank = 1
  readonly outputRank = 1
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  private readonly first: Bijector
  private readonly second: Bijector
  private readonly losing: boolean

  constructor(first: Bijector, second: Bijector, losing: boolean) {
    super()
    this.first = this.child('first', first)
    this.second = this.child('second', second)
    this.losing = losing
  }

  protected forwardRule(x: tf.Tensor, call: Call): Mapped {
    const a = this.first.forwardAndLogDet(x, call)
    const b = this.second.forwardAndLogDet(a.value, call)
    return { value: b.value, logDet: this.losing ? a.logDet : tf.add(a.logDet, b.logDet) }
  }
  protected inverseRule(y: tf.Tensor, call: Call): Mapped {
    const b = this.second.inverseAndLogDet(y, call)
    const a = this.first.inverseAndLogDet(b.value, call)
    return { value: a.value, logDet: this.losing ? a.logDet : tf.add(a.logDet, b.logDet) }
  }
}

async function reported(bijector: Bijector, event: Shape, domain = REALS): Promise<FlowReport> {
  const size = event.reduce((a, b) => a * b, 1)
  const flow = new Flow({ base: standardNormal(size), bijector }).init({ seed: 1 })
  for (const [path, slot] of flow.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), 0.25))))
  const rows = Array.from({ length: 3 }, (_, i) => drawIn(domain, `row ${i}`, size))
  const before = tf.memory().numTensors
  const report = await verify(flow, rows, { mass: false })
  expect(tf.memory().numTensors).toBe(before)
  // the flow itself is as it was
  tf.tidy(() => {
    expect(flow.logProb(tf.ones([1, ...event])).shape).toEqual([1])
  })
  flow.dispose()
  return report
}

/** Two scales of 4×4×1, with a layer in the second. */
const scales = (layer: Bijector): Bijector =>
  new Inverse(
    new MultiScale({
      shape: [4, 4, 1],
      levels: [
        new Chain([new Squeeze(), new ActNorm({ shape: [2, 2, 4] }), splitPrior({ shape: [2, 2, 4], width: 3 })]),
        new Chain([new Squeeze(), new Inverse(layer), new ActNorm({ shape: [1, 1, 8] })]),
      ],
    }),
  )
const scale = { scale: [[[2, 3, 0.5, 4, 1.5, 2, 2, 3]]] }

describe('verify, within layers of layers', () => {
  it('reports what stands within a multi-scale layer, from noise to data', async () => {
    const report = await reported(new Chain([scales(new Affine(scale))]), [4, 4, 1])
    expect(report.soundness, report.verdict).toBe('sound')
    const at = 'bijector.0.inner'
    expect(report.layers.map(({ path, type }) => [path, type])).toEqual([
      [`${at}.1.2`, 'act-norm'],
      [`${at}.1.1.inner`, 'affine'],
      [`${at}.1.0`, 'squeeze'],
      [`${at}.0.2`, 'image-coupling'],
      [`${at}.0.1`, 'act-norm'],
      [`${at}.0.0`, 'squeeze'],
    ])
    for (const { roundTrip, logDet } of report.layers) {
      expect(roundTrip).toBeLessThan(1e-12)
      expect(logDet).toBeLessThan(1e-10)
    }
    expect(report.verdict).toMatch(/^Sound: 6 layers/)
  })

  it('names the layer at fault within a multi-scale flow, and no other', async () => {
    const report = await reported(scales(new Flipped(scale)), [4, 4, 1])
    expect(report.soundness).toBe('faulty')
    const guilty = report.layers.filter(({ soundness }) => soundness === 'faulty')
    expect(guilty.map(({ path }) => path)).toEqual(['bijector.inner.1.1.inner'])
    expect(guilty[0]!.findings).toContain('the log-determinant towards noise has the wrong sign')
    expect(report.verdict).toMatch(/^Faulty\. bijector\.inner\.1\.1\.inner \(affine\): the log-determinant/)
    expect(report.layers).toHaveLength(6)
  })

  it('names the part at fault of a block, within a chain within another', async () => {
    const block = (layer: Bijector): Bijector =>
      new Chain([
        new Affine({ shift: 0.5 }),
        new Chain([
          new Block([
            { size: 2, bijector: new Chain([new Affine({ scale: [2, 3] }), layer]) },
            { size: 1, bijector: new Exp() },
          ]),
          new Reshape({ from: [3], to: [1, 3] }),
        ]),
      ])
    const domain = { lower: 0, upper: Infinity }
    const right = await reported(block(new Affine({ scale: 0.3 })), [1, 3], domain)
    expect(right.soundness, right.verdict).toBe('sound')
    expect(right.layers.map(({ path }) => path)).toEqual([
      'bijector.0',
      'bijector.1.0.1',
      'bijector.1.0.0.0',
      'bijector.1.0.0.1',
      'bijector.1.1',
    ])
    const wrong = await reported(block(new Flipped({ scale: 0.3 })), [1, 3], domain)
    expect(wrong.layers.filter((l) => l.soundness === 'faulty').map((l) => l.path)).toEqual(['bijector.1.0.0.1'])
  })

  it('names a layer of layers itself where those are right', async () => {
    const parts = (): [Bijector, Bijector] => [new Affine({ scale: [2, 3] }), new Affine({ scale: [4, 0.5] })]
    const right = await reported(new Pair(...parts(), false), [2])
    expect(right.layers.map(({ path }) => path)).toEqual(['bijector.first', 'bijector.second'])
    expect(right.soundness).toBe('sound')
    const wrong = await reported(new Pair(...parts(), true), [2])
    expect(wrong.layers.map(({ path, soundness }) => [path, soundness])).toEqual([
      ['bijector', 'faulty'],
      ['bijector.first', 'sound'],
      ['bijector.second', 'sound'],
    ])
    expect(wrong.verdict).toMatch(/^Faulty\. bijector \(test-pair\): the log-determinant towards noise differs/)
  })

  it('tells a layer that stands in two places apart by its paths', async () => {
    const shared = new Affine({ scale: [2, 3] })
    const report = await reported(new Chain([shared, new Affine({ shift: 1 }), shared]), [2])
    expect(report.layers.map(({ path }) => path)).toEqual(['bijector.0', 'bijector.1', 'bijector.2'])
  })

  it('takes estimates within a multi-scale layer for what they are', async () => {
    const flow = residual({ image: [4, 4, 1], levels: 2, steps: 1, width: 2, alpha: 0, logDet: { roulette: {} } })
    flow.init({ seed: 1 })
    const { soundness, layers, verdict } = await verify(flow, [drawIn(REALS, 'x', 16)])
    expect(soundness, verdict).toBe('sound')
    expect(layers.filter((l) => l.type === 'invertible-residual').map((l) => l.findings)).toEqual([
      ['the log-determinant is an estimate, and not compared'],
      ['the log-determinant is an estimate, and not compared'],
    ])
    flow.dispose()
  })
})
