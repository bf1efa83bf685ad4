import { Affine, Chain, Coupling, Exp, FunctionConditioner, MLP, shift } from '@ebbflow/bijectors'
import { EbbflowError, Rng, tensor, withBackend } from '@ebbflow/core'
import { drawTensor, expectAgreement, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { densities, draw } from './arrays.js'
import { Flow } from './flow.js'
import { nice } from './recipes/nice.js'
import { nsf } from './recipes/nsf.js'
import { standardNormal } from './recipes/options.js'
import { planar } from './recipes/planar.js'
import { realNVP } from './recipes/real-nvp.js'
import { sylvester } from './recipes/sylvester.js'

const recipes = {
  nice: (dimensions: number) => nice({ dimensions, layers: 4, hidden: [16] }),
  realNVP: (dimensions: number) => realNVP({ dimensions, layers: 4, hidden: [16] }),
  planar: (dimensions: number) => planar({ dimensions, layers: 4 }),
  sylvester: (dimensions: number) => sylvester({ dimensions, layers: 2 }),
  nsf: (dimensions: number) => nsf({ dimensions, layers: 3, hidden: [16], bins: 5, bound: 4 }),
}

/** Away from the identity, where a test would prove little. */
function stirred<F extends Flow | Flow<tf.Tensor>>(flow: F, spread = 0.06): F {
  flow.init({ seed: 3 })
  const rng = Rng.seed('stir')
  for (const [path, slot] of flow.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(rng.split(path).normal(slot.shape), tensor(spread)))))
  return flow
}

describe.each(Object.entries(recipes))('%s', (_, make) => {
  it.each([1, 2, 3])('carries data to noise and back, D = %i', (dimensions) => {
    tf.tidy(() => {
      const flow = stirred(make(dimensions))
      const x = drawTensor(REALS, 'x', [8, dimensions], 1.5)
      const z = flow.toLatent(x)
      expectAgreement(flow.fromLatent(z).dataSync(), x.dataSync(), { kappa: 256, dimensions, what: 'round trip' })
      const { value, logProb } = flow.sampleAndLogProb(8, { rng: Rng.seed(5) })
      expectAgreement(flow.logProb(value).dataSync(), logProb.dataSync(), { kappa: 256, dimensions, what: 'log p' })
      expectAgreement(value.dataSync(), flow.sample([8], { rng: Rng.seed(5) }).dataSync(), { what: 'sample' })
      flow.dispose()
    })
  })

  it('has a density that integrates to 1', () => {
    tf.tidy(() => {
      const flow = stirred(make(2), 0.04)
      const n = 320
      const half = 16
      const step = (2 * half) / n
      const grid = new Float32Array(n * n * 2)
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          grid[2 * (i * n + j)] = -half + (i + 0.5) * step
          grid[2 * (i * n + j) + 1] = -half + (j + 0.5) * step
        }
      const mass = densities(flow, grid).reduce((sum, logp) => sum + Math.exp(logp) * step * step, 0)
      expect(Math.abs(mass - 1)).toBeLessThan(0.01)
      flow.dispose()
    })
  })

  it('draws samples that agree with its density', () => {
    const flow = stirred(make(2))
    const [n, cells, fine, half] = [8192, 16, 12, 4]
    const width = (2 * half) / cells
    const points = new Float32Array((cells * fine) ** 2 * 2)
    const place = (i: number): number => -half + ((i + 0.5) * width) / fine
    for (let i = 0; i < cells * fine; i++)
      for (let j = 0; j < cells * fine; j++) points.set([place(i), place(j)], 2 * (i * cells * fine + j))
    const expected = new Float64Array(cells * cells)
    for (const [k, logp] of densities(flow, points).entries()) {
      const [i, j] = [Math.floor(k / (cells * fine)), k % (cells * fine)]
      expected[Math.floor(i / fine) * cells + Math.floor(j / fine)]! += n * Math.exp(logp) * (width / fine) ** 2
    }
    const counts = new Float64Array(cells * cells)
    const x = draw(flow, n, { seed: 11 })
    for (let k = 0; k < n; k++) {
      const [i, j] = [Math.floor((x[2 * k]! + half) / width), Math.floor((x[2 * k + 1]! + half) / width)]
      if (i >= 0 && i < cells && j >= 0 && j < cells) counts[i * cells + j]! += 1
    }
    const filled = [...expected.keys()].filter((k) => expected[k]! >= 8)
    const chi2 = filled.reduce((sum, k) => sum + (counts[k]! - expected[k]!) ** 2 / expected[k]!, 0)
    expect(filled.length).toBeGreaterThan(20)
    expect((chi2 - filled.length) / Math.sqrt(2 * filled.length)).toBeLessThan(5)
    flow.dispose()
  })

  it('gives the same log-likelihood as double precision to 1e-4', () => {
    tf.tidy(() => {
      const flow = stirred(make(3))
      const x = drawTensor(REALS, 'x', [256, 3], 1.2)
      const nll = (values: ArrayLike<number>): number => -Array.from(values).reduce((a, b) => a + b, 0) / 256
      const here = nll(flow.logProb(x).dataSync())
      const there = withBackend('float64', () => nll(flow.logProb(x).dataSync()))
      expect(Math.abs(here - there)).toBeLessThan(1e-4)
      flow.dispose()
    })
  })

  it('has the score that finite differences give', () => {
    withBackend('float64', () =>
      tf.tidy(() => {
        const flow = stirred(make(2))
        const x = [0.3, -0.7]
        const score = flow.score(tensor([x])).dataSync()
        const logp = (p: number[]): number => flow.logProb(tensor([p])).dataSync()[0]!
        for (const i of [0, 1]) {
          const at = (d: number): number[] => x.map((v, j) => (i === j ? v + d : v))
          expect(score[i]).toBeCloseTo((logp(at(1e-5)) - logp(at(-1e-5))) / 2e-5, 5)
        }
        flow.dispose()
      }),
    )
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

describe('Flow', () => {
  const conditional = () => stirred(realNVP({ dimensions: 2, context: 3, layers: 2, hidden: [8] }))

  it('depends on its context, which samples broadcast over', () => {
    tf.tidy(() => {
      const flow = conditional()
      const x = drawTensor(REALS, 'x', [4, 2])
      const context = drawTensor(REALS, 'context', [4, 3])
      const logp = flow.logProb(x, context)
      expect(logp.shape).toEqual([4])
      const other = flow.logProb(x, tf.neg(context))
      expect(Math.max(...tf.abs(tf.sub(logp, other)).dataSync())).toBeGreaterThan(1e-3)
      expect(flow.sample(5, { context, rng: Rng.seed(1) }).shape).toEqual([5, 4, 2])
      const view = flow.given(context)
      expect([...view.logProb(x).dataSync()]).toEqual([...logp.dataSync()])
      expect(view.sample(2).shape).toEqual([2, 4, 2])
      expect(densities(flow, x.arraySync() as number[][], { context: context.arraySync() as number[][] })).toHaveLength(
        4,
      )
      flow.dispose()
    })
  })

  it('does not compile, and says why, without its context', () => {
    tf.tidy(() => {
      const flow = conditional()
      const x = tf.zeros([1, 2])
      // @ts-expect-error a conditional flow wants its context
      expect(() => flow.logProb(x)).toThrow('a context of shape [...batch, 3]')
      const plain = realNVP({ dimensions: 2 }).init()
      // @ts-expect-error an unconditional one takes none
      expect(() => plain.logProb(x, x)).toThrow('takes no context')
      plain.dispose()
      flow.dispose()
    })
  })

  it('samples nearer to the mode at a lower temperature, and at it at zero', () => {
    tf.tidy(() => {
      const flow = new Flow({ base: standardNormal(2), bijector: new Affine({ shift: [3, -1], scale: [2, 0.5] }) })
      const cold = flow.sample(3, { temperature: 0 }).arraySync() as number[][]
      for (const row of cold) expect(row).toEqual([3, -1])
      const spread = (t: number): number =>
        tf.moments(flow.sample(2000, { temperature: t, rng: Rng.seed(2) }), 0).variance.dataSync()[0]!
      expect(spread(0.5) / spread(1)).toBeCloseTo(0.25, 5)
    })
  })

  it('takes an elementwise bijector on a base of vectors', () => {
    tf.tidy(() => {
      const flow = new Flow({ base: standardNormal(2), bijector: new Chain([new Affine({ shift: 0.5 }), new Exp()]) })
      const x = tensor([[1, 2.5]])
      const expected = [1, 2.5].reduce(
        (sum, v) => sum - Math.log(v) - 0.5 * Math.log(2 * Math.PI) - (Math.log(v) - 0.5) ** 2 / 2,
        0,
      )
      expectAgreement(flow.logProb(x).dataSync(), [expected], { kappa: 8, dimensions: 2, what: 'log-normal density' })
    })
  })

  it('names the layer in errors', () => {
    const conditioner = new FunctionConditioner({ inputs: 1, outputs: 1, apply: () => tf.zeros([2, 2, 2]) })
    const broken = new Flow({
      base: standardNormal(2),
      bijector: new Chain([
        new Exp(),
        new Coupling({ dimensions: 2, family: shift(), conditioner: new MLP({ inputs: 1, outputs: 1 }) }),
      ]),
    })
    expect(() => broken.logProb(tf.zeros([1, 2]))).toThrow(/^bijector\.1: a parameter has no value yet/)
    const wrong = new Flow({
      base: standardNormal(2),
      bijector: new Chain([new Coupling({ dimensions: 2, family: shift(), conditioner })]),
    })
    expect(() => wrong.logProb(tf.zeros([1, 2]))).toThrow()
    expect(() => wrong.logProb(tf.zeros([1, 3]))).toThrow(EbbflowError)
  })

  it('leaves no tensor behind', () => {
    const flow = stirred(recipes.nsf(2))
    const x = drawTensor(REALS, 'x', [16, 2])
    const before = tf.memory().numTensors
    tf.dispose([
      flow.logProb(x),
      flow.sample(4),
      flow.sampleAndLogProb(4),
      flow.toLatent(x),
      flow.fromLatent(x),
      flow.score(x),
    ])
    densities(flow, [[0, 0]])
    draw(flow, 3)
    expect(tf.memory().numTensors).toBe(before)
    flow.dispose()
    x.dispose()
  })
})

describe('typed arrays', () => {
  it('give the same rows for the same seed, whatever their number', () => {
    const flow = stirred(recipes.realNVP(2))
    const many = draw(flow, 5000, { seed: 4 })
    expect([...draw(flow, 10, { seed: 4 })]).toEqual([...many.subarray(0, 20)])
    expect(draw(flow, 10, { seed: 5 })[0]).not.toBe(many[0])
    flow.dispose()
  })

  it('do not depend on the chunk', () => {
    const flow = stirred(recipes.realNVP(2))
    const rows = draw(flow, 100, { seed: 4 })
    expectAgreement(densities(flow, rows, { chunk: 7 }), densities(flow, rows), { kappa: 32, what: 'log p' })
    expect(() => densities(flow, new Float32Array(5))).toThrow('whole')
    expect(() => densities(flow, [[1, 2], [1]])).toThrow('row 1')
    flow.dispose()
  })
})
