import { Affine, affine as affineFamily, Coupling, couplingSizes, MLP } from '@ebbflow/bijectors'
import { build, describe as describeModule, Rng, tensor } from '@ebbflow/core'
import { Independent, Normal, Uniform } from '@ebbflow/distributions'
import { bijectorContract, drawTensor, expectAgreement, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { Flow } from '../flow.js'
import { realNVP } from '../recipes/real-nvp.js'
import { standardRegistry } from '../registry.js'
import { Dequantised } from './dequantised.js'
import { imageLogit } from './image-logit.js'
import { VariationalDequantiser, variationalDequantiser } from './variational.js'

bijectorContract('imageLogit', {
  make: () => imageLogit(),
  event: [],
  domain: { lower: 0, upper: 1 },
  range: REALS,
  kappa: 64,
  edges: { forward: [0, 0.5, 1] },
  registry: standardRegistry(),
})

/** A dequantiser of vectors away from where it starts. */
function stirred(dimensions: number): VariationalDequantiser {
  const options = { dimensions, family: affineFamily(), context: dimensions }
  const conditioner = new MLP({ ...couplingSizes(options), hidden: [8] })
  const dequantiser = new VariationalDequantiser({ bijector: new Coupling({ ...options, conditioner }) }).init()
  for (const [path, slot] of dequantiser.slots()) tf.tidy(() => slot.assign(drawTensor(REALS, path, slot.shape, 0.4)))
  return dequantiser
}

/** x ~ N(½, ¼²) for each value. */
const bell = (dimensions: number): Flow =>
  new Flow({
    base: new Independent(new Normal({ loc: Array(dimensions).fill(0.5), scale: 0.25 })),
    bijector: new Affine({ shape: [dimensions] }),
  })

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length
const standardError = (values: ArrayLike<number>): number => {
  const m = mean(values)
  return Math.sqrt(Array.from(values).reduce((s, v) => s + (v - m) ** 2, 0)) / values.length
}

describe('Dequantised', () => {
  it('gives the probability itself where the density is even over a level', () => {
    tf.tidy(() => {
      const base = new Independent(new Uniform({ low: [0, 0], high: [1, 1] }))
      const model = new Dequantised({ flow: new Flow({ base, bijector: new Affine({ shape: [2] }) }), levels: 8 })
      const bound = model.elbo(
        tf.tensor2d([
          [0, 7],
          [3, 4],
        ]),
        { rng: Rng.seed(1), samples: 3 },
      )
      expectAgreement(bound.dataSync(), Array(2).fill(-2 * Math.log(8)), { what: 'bound' })
    })
  })

  it.each(['uniform', 'variational'])('is a lower bound of the probability, %s', (kind) => {
    tf.tidy(() => {
      const dequantiser = kind === 'variational' ? { dequantiser: stirred(1) } : {}
      const model = new Dequantised({ flow: bell(1), levels: 4, ...dequantiser })
      // four levels are coarse: the bound is well below
      const cdf = new Normal({ loc: 0.5, scale: 0.25 })
      for (const v of [0, 1, 2, 3]) {
        const [upper, lower] = [(v + 1) / 4, v / 4].map((at) => cdf.cdf(tensor(at)).dataSync()[0]!)
        const exact = Math.log(upper! - lower!)
        const draws = model.elbo(tf.fill([4096, 1], v), { rng: Rng.seed(`v${v}`) }).dataSync()
        expect(mean(draws)).toBeLessThan(exact + 4 * standardError(draws))
        // E[p/q] is the probability itself, without bias
        const ratio = Array.from(draws, Math.exp)
        expect(Math.abs(mean(ratio) - Math.exp(exact))).toBeLessThan(4 * standardError(ratio))
      }
      model.dispose()
    })
  })

  it('has noise in (0, 1) whose density is one, for each image', () => {
    tf.tidy(() => {
      const dequantiser = variationalDequantiser({ image: [2, 1, 1], width: 4 }).init({ seed: 1 })
      for (const [path, slot] of dequantiser.slots()) slot.assign(drawTensor(REALS, path, slot.shape, 0.3))
      const data = tf.add(tf.zeros([4096, 2, 1, 1]), tf.tensor3d([[[0.5]], [[-1]]]))
      const { value, logProb } = dequantiser.draw(data, 3, { mode: 'eval', rng: Rng.seed(4) })
      expect(value.dataSync().every((u) => u > 0 && u < 1)).toBe(true)
      // E[1 / q] is the volume of (0, 1)²
      const weights = Array.from(logProb.dataSync(), (l) => Math.exp(-l))
      expect(Math.abs(mean(weights) - 1)).toBeLessThan(4 * standardError(weights))
      dequantiser.dispose()
    })
  })

  it('offers a bound and no density', () => {
    const model = new Dequantised({ flow: bell(2) })
    expect('logProb' in model).toBe(false)
    expectTypeOf<Dequantised>().not.toHaveProperty('logProb')
    expect(model.estimated).toBe(true)
  })

  it('draws whole numbers of its levels, and the same after it was saved', () => {
    const image = [4, 4, 1]
    const dequantiser = variationalDequantiser({ image, width: 4 })
    const model = new Dequantised({
      flow: realNVP({ image, levels: 2, steps: 1, width: 4 }),
      dequantiser,
      levels: 16,
    }).init()
    const copy = build(JSON.parse(JSON.stringify(describeModule(model))), standardRegistry()) as Dequantised
    copy.init()
    tf.tidy(() => {
      const v = model.sample([3], { rng: Rng.seed(1) })
      expect(v.shape).toEqual([3, 4, 4, 1])
      for (const level of v.dataSync()) expect(Number.isInteger(level) && level >= 0 && level <= 15).toBe(true)
      const bound = model.elbo(v, { rng: Rng.seed(2) })
      expect(bound.shape).toEqual([3])
      expect([...copy.elbo(v, { rng: Rng.seed(2) }).dataSync()]).toEqual([...bound.dataSync()])
    })
    model.dispose()
    copy.dispose()
  })

  it('draws its noise from a generator, and says so where there is none', () => {
    tf.tidy(() => {
      const model = new Dequantised({ flow: bell(2) })
      expect(() => model.logProbIn(tf.zeros([3, 2]), { mode: 'eval' })).toThrow('dequantisation draws random numbers')
      expect(() => model.elbo(tf.zeros([3, 3]), { rng: Rng.seed(1) })).toThrow('expected [2], got [3]')
      expect(() => model.elbo(tf.zeros([3, 2]), { rng: Rng.seed(1), samples: 0 })).toThrow('needs a sample')
      expect(() => new Dequantised({ flow: bell(2), levels: 1 })).toThrow('at least two levels')
      expect(() => imageLogit({ alpha: 0.5 })).toThrow('between 0 and ½')
    })
  })
})
