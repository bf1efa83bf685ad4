import { ActNorm, Affine, affine, Chain, Coupling, couplingSizes, Exp, Inverse, MLP, Tanh } from '@ebbflow/bijectors'
import { type Call, constant, currentBackend, FLOAT64, type Mapped, Rng } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Flow } from '../flow.js'
import { nsf } from '../recipes/nsf.js'
import { standardNormal } from '../recipes/options.js'
import { realNVP } from '../recipes/real-nvp.js'
import { residual } from '../recipes/residual.js'
import { Flipped } from './flipped.fixture.js'
import type { FlowReport } from './report.js'
import { verify } from './verify.js'

const single = currentBackend() !== FLOAT64

/** Tanh that leaves a term of its log-determinant out. */
class Missing extends Tanh {
  protected override inverseRule(y: tf.Tensor): Mapped {
    return { value: super.inverseRule(y).value, logDet: constant(0, y.shape) }
  }
}

/** An affine map whose inverse forgets the shift; its log-determinants are right. */
class NoInverse extends Affine {
  protected override inverseRule(y: tf.Tensor): Mapped {
    const { value, logDet } = super.inverseRule(y)
    return { value: tf.add(value, 0.25), logDet }
  }
}

const coupling = (): Coupling => {
  const family = affine()
  const sizes = couplingSizes({ dimensions: 2, family })
  return new Coupling({ dimensions: 2, family, conditioner: new MLP({ ...sizes, hidden: [8], activation: 'tanh' }) })
}

const rows = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(1.7 * i)])

/** A chain with a layer at place 2. */
function chained(layer: ConstructorParameters<typeof Chain>[0][number]): Flow {
  const flow = new Flow({
    base: standardNormal(2),
    bijector: new Chain([coupling(), new Chain([new Inverse(new ActNorm({ shape: [2] })), coupling()]), layer]),
  }).init({ seed: 1 })
  const rng = Rng.seed('stir')
  for (const [path, slot] of flow.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(rng.split(path).normal(slot.shape), 0.25))))
  return flow
}

async function reported(flow: Flow | Flow<tf.Tensor>, ...more: [Parameters<typeof verify>[2]?]): Promise<FlowReport> {
  const before = tf.memory().numTensors
  const report = await verify(flow, rows, ...more)
  expect(tf.memory().numTensors).toBe(before)
  flow.dispose()
  return report
}

const PATHS = ['bijector.0', 'bijector.1.0.inner', 'bijector.1.1', 'bijector.2']

describe('verify', () => {
  it('finds a right flow sound, layer by layer', async () => {
    const report = await reported(chained(new Affine({ shift: 0.5, scale: [2, 0.5] })))
    expect(report.soundness).toBe('sound')
    expect(report.verdict).toMatch(
      /^Sound: 4 layers .* integrates to 1\.000\d|^Sound: 4 layers .* integrates to 0\.999\d/,
    )
    expect(report.rows).toBe(16)
    expect(report.layers.map(({ path }) => path)).toEqual(PATHS)
    expect(report.layers.map(({ type }) => type)).toEqual(['coupling', 'act-norm', 'coupling', 'affine'])
    for (const layer of report.layers) {
      expect(layer.roundTrip).toBeLessThan(1e-12)
      expect(layer.logDet).toBeLessThan(1e-12)
      expect(layer.findings).toEqual([])
      if (single) expect(layer.single).toBeLessThan(1e-5)
      else expect(layer.single).toBeNull()
    }
    expect(report.layers[3]!.condition).toBeCloseTo(4, 10)
    if (single) expect(report.logProb).toBeLessThan(1e-5)
    expect(Math.abs(report.mass! - 1)).toBeLessThan(1e-3)
  })

  it('finds the recipes sound', async () => {
    for (const flow of [
      realNVP({ dimensions: 2, layers: 2, hidden: [8] }),
      nsf({ dimensions: 2, layers: 2, hidden: [8], bins: 4 }),
      residual({ dimensions: 2, layers: 2, hidden: [8] }),
    ]) {
      const report = await reported(flow.init({ seed: 2 }), { rows: 4 })
      expect(report.soundness, report.verdict).toBe('sound')
    }
  })

  const culprit = async (flow: Flow): Promise<FlowReport> => {
    const report = await reported(flow)
    expect(report.soundness).toBe('faulty')
    expect(report.layers.filter((l) => l.soundness === 'faulty').map((l) => l.path)).toEqual(['bijector.2'])
    expect(report.verdict).toMatch(/^Faulty\. bijector\.2 \(/)
    return report
  }

  it('names a layer whose log-determinant has the wrong sign', async () => {
    const { layers, verdict, mass } = await culprit(chained(new Flipped({ shift: 0.5, scale: [2, 1.5] })))
    expect(layers[3]!.findings).toEqual([
      'the log-determinant towards noise has the wrong sign',
      'the log-determinant towards data has the wrong sign',
    ])
    expect(layers[3]!.logDet).toBeCloseTo(2, 1)
    expect(mass).toBeGreaterThan(2)
    expect(verdict).toContain('the density integrates to 9.')
  })

  it('names a layer that leaves out a term', async () => {
    const inside = chained(new Chain([]))
    inside.dispose()
    const flow = chained(new Inverse(new Missing()))
    const report = await reported(flow)
    expect(report.soundness).toBe('faulty')
    const guilty = report.layers.filter((l) => l.soundness === 'faulty')
    expect(guilty.map((l) => l.path)).toEqual(['bijector.2.inner'])
    expect(guilty[0]!.findings[0]).toMatch(/^the log-determinant towards data differs from the Jacobian's by/)
  })

  it('names a layer whose inverse is none', async () => {
    const { layers } = await culprit(chained(new NoInverse({ shift: 0.5, scale: [2, 0.5] })))
    expect(layers[3]!.roundTrip).toBeGreaterThan(0.1)
    expect(layers[3]!.logDet).toBeLessThan(1e-12)
    expect(layers[3]!.findings).toHaveLength(1)
    expect(layers[3]!.findings[0]).toMatch(/^the inverse does not undo the forward map, off by 5.0e-1$/)
  })

  it.runIf(single)('names a layer whose scale single precision cannot bear', async () => {
    // together the identity; between them a millionth of a digit stands beside a 3
    const there = new Affine({ shift: [0, 3], scale: [1, 1e-7] })
    const back = new Affine({ shift: [0, -3e7], scale: [1, 1e7] })
    const report = await reported(chained(new Chain([there, back])), { mass: false })
    expect(report.soundness).toBe('fragile')
    expect(report.layers.filter((l) => l.soundness === 'fragile').map((l) => l.path)).toEqual([
      'bijector.2.0',
      'bijector.2.1',
    ])
    expect(report.verdict).toMatch(
      /^Right in double precision, fragile in single: bijector\.2\.0 \(affine\): .* condition number of 1\.0e\+7/,
    )
    expect(report.layers[3]!.condition! / 1e7).toBeCloseTo(1, 5)
    expect(report.layers[3]!.logDet).toBeLessThan(1e-7)
    expect(report.logProb).toBeGreaterThan(0.01)
  })

  it('does not compare estimates, and says so', async () => {
    const report = await reported(residual({ dimensions: 2, layers: 2, hidden: [8], logDet: { roulette: {} } }).init())
    expect(report.soundness).toBe('sound')
    expect([report.mass, report.logProb]).toEqual([null, null])
    expect(report.verdict).toContain('(2 log-determinants not compared)')
    expect(report.layers[0]!.findings).toEqual(['the log-determinant is an estimate, and not compared'])
  })

  it('verifies a conditional flow with its contexts', async () => {
    const flow = realNVP({ dimensions: 2, layers: 2, hidden: [8], context: 1 }).init()
    const report = await reported(flow as unknown as Flow, { context: rows.map(([a]) => [a!]) })
    expect(report.soundness).toBe('sound')
    expect(report.mass).toBeNull()
  })

  it('names a layer that throws, or gives what is not a number', async () => {
    const flow = chained(new Affine({ shift: 0 }))
    const broken = new Flow({ base: flow.base, bijector: new Chain([flow.bijector, new Exp()]) })
    // Exp reaches positive numbers alone, and the rows are not
    const { layers, soundness } = await verify(broken, rows)
    expect(soundness).toBe('faulty')
    expect(layers.at(-1)!.path).toBe('bijector.1')
    expect(layers.at(-1)!.soundness).toBe('faulty')
    flow.dispose()
  })

  it('does not touch the flow it verifies', async () => {
    const flow = chained(new Affine({ shift: 0 }))
    const values = (): number[] => [...flow.slots().values()].flatMap((slot) => [...slot.value.dataSync()])
    const before = values()
    await verify(flow, rows, { rows: 2, mass: false })
    expect(values()).toEqual(before)
    const call: Call = { mode: 'eval' }
    tf.tidy(() => {
      expect(flow.logProbIn(tf.zeros([1, 2]), call).shape).toEqual([1])
    })
    flow.dispose()
    await expect(verify(flow, rows)).rejects.toThrow('no value yet')
    await expect(verify(flow, [[1, 2, 3]])).rejects.toThrow('row 0 of the rows')
  })
})
