import { constant, EbbflowError, initialisers, Module, Rng, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import {
  Bernoulli,
  Beta,
  Categorical,
  Exponential,
  Gamma,
  Independent,
  Mixture,
  MultivariateNormal,
  Normal,
  StudentT,
  Uniform,
  VonMises,
} from './index.js'

const awkward = [0.1, 1 / 3, 2.7182817, 123.456]

describe('learnable parameters', () => {
  it('start at the given values, to the bit', () => {
    const single = awkward.map(Math.fround)
    const d = new Normal({ loc: awkward, scale: awkward, learnable: true }).init()
    const t = new MultivariateNormal({
      scaleTril: [
        [0.1, 0],
        [0.7, 0.3],
      ],
      learnable: true,
    }).init()
    const b = new Bernoulli({ probs: [0.1, 0.9, 1 / 3], learnable: true }).init()
    tf.tidy(() => {
      expect([...d.parameter('loc').dataSync()]).toEqual(single)
      expect([...d.parameter('scale').dataSync()]).toEqual(single)
      expect([...t.parameter('scaleTril').dataSync()]).toEqual([0.1, 0, 0.7, 0.3].map(Math.fround))
      expect([...b.parameter('probs').dataSync()]).toEqual([0.1, 0.9, 1 / 3].map(Math.fround))
    })
    for (const made of [d, t, b]) made.dispose()
  })

  it('are stored under their own name, or under raw and their name where they are constrained', () => {
    const names = (m: Module): string[] => [...m.parameters().keys()]
    expect(names(new Normal({ learnable: true }))).toEqual(['loc', 'rawScale'])
    expect(names(new Normal({ learnable: ['scale'] }))).toEqual(['rawScale'])
    expect(names(new Normal())).toEqual([])
    expect(names(new StudentT({ learnable: true }))).toEqual(['rawDf', 'loc', 'rawScale'])
    expect(names(new Categorical({ probs: [1, 2], learnable: true }))).toEqual(['rawProbs'])
    expect(names(new Independent(new Normal({ loc: [0, 0], learnable: true })))).toEqual(['base.loc', 'base.rawScale'])
    const mixture = new Mixture({ components: [new Normal({ learnable: true }), new Normal()], learnable: true })
    expect(names(mixture)).toEqual(['rawWeights', '0.loc', '0.rawScale'])
  })

  it('keep to their constraint wherever training carries them', () => {
    const d = new MultivariateNormal({
      scaleTril: [
        [2, 0],
        [1, 3],
      ],
      learnable: true,
    }).init()
    tf.tidy(() => {
      d.parameters()
        .get('rawScaleTril')!
        .assign(
          tensor([
            [-3, 9],
            [5, -2],
          ]),
        )
      const [a, above, below, b] = d.parameter('scaleTril').dataSync()
      expect(above).toBe(0)
      expect(below).toBe(5)
      expect(a).toBeCloseTo(2 * Math.exp(-3), 6)
      expect(b).toBeCloseTo(3 * Math.exp(-2), 6)
    })
    d.dispose()
  })

  it('are refused by a name that is not one', () => {
    expect(() => new Normal({ learnable: ['width'] })).toThrow(/no such parameter/)
  })
})

describe('given parameters', () => {
  it('need no backend and make no tensor', () => {
    const before = tf.memory().numTensors
    new Gamma({ concentration: [1, 2], rate: new Float32Array([1, 2]), learnable: true })
    new MultivariateNormal({ scaleDiag: [1, 2] })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('stay the caller’s when they are tensors, and are read at each call', () => {
    const scale = tf.variable(tensor([1, 2]))
    const d = new Normal({ scale })
    tf.tidy(() => {
      const first = d.variance()
      first.dispose()
      d.parameter('scale').dispose()
      expect(scale.isDisposed).toBe(false)
      scale.assign(tensor([3, 4]))
      expect([...d.variance().dataSync()]).toEqual([9, 16])
    })
    d.dispose()
    expect(scale.isDisposed).toBe(false)
    scale.dispose()
  })

  it('may be slots of another module', () => {
    class Head extends Module {
      readonly loc = this.param('loc', [2], initialisers.filled([1, 2]))
    }
    const head = new Head().init()
    const d = new Normal({ loc: head.loc })
    tf.tidy(() => {
      expect([...d.mean().dataSync()]).toEqual([1, 2])
    })
    expect(d.parameters().size).toBe(0)
    expect(() => new Normal({ loc: head.loc, learnable: true })).toThrow(EbbflowError)
    head.dispose()
  })

  it('broadcast to the batch shape', () => {
    expect(new Normal({ loc: [[0], [1]], scale: [1, 2, 3] }).batchShape).toEqual([2, 3])
    expect(
      new MultivariateNormal({
        loc: [
          [0, 0],
          [1, 1],
        ],
        scaleTril: [
          [1, 0],
          [0, 1],
        ],
      }).batchShape,
    ).toEqual([2])
    expect(() => new Normal({ loc: [0, 1], scale: [1, 2, 3] })).toThrow(/broadcast/)
    tf.tidy(() => {
      const d = new Normal({ loc: [[0], [1]], scale: [1, 2, 3] })
      for (const t of [d.mean(), d.variance(), d.entropy()]) expect(t.shape).toEqual([2, 3])
      expect(d.logProb(constant(0)).shape).toEqual([2, 3])
      expect(d.sample([5], { rng: Rng.seed(1) }).shape).toEqual([5, 2, 3])
    })
  })
})

describe('bad parameters', () => {
  const bad: [string, () => unknown, RegExp][] = [
    ['a scale of 0', () => new Normal({ scale: 0 }), /scale must be positive and finite: got 0/],
    ['a negative scale in a list', () => new Normal({ scale: [1, -2] }), /got -2/],
    ['NaN', () => new Normal({ loc: Number.NaN }), /loc must be finite: got NaN/],
    ['a ragged array', () => new Normal({ loc: [[1], [2, 3]] }), /ragged/],
    ['a negative rate', () => new Exponential({ rate: -1 }), /rate/],
    ['an infinite shape', () => new Beta({ alpha: Infinity }), /alpha/],
    ['no degrees of freedom', () => new StudentT({ df: 0 }), /df/],
    ['no concentration', () => new VonMises({ concentration: 0 }), /concentration/],
    ['ends in the wrong order', () => new Uniform({ low: [0, 2], high: 1 }), /low must be less than high/],
    ['a probability of 1', () => new Bernoulli({ probs: 1 }), /between 0 and 1/],
    ['probabilities and logits', () => new Bernoulli({ probs: 0.5, logits: 0 }), /not both/],
    ['no probabilities', () => new Categorical({}), /either probs or logits/],
    ['a negative weight', () => new Categorical({ probs: [1, -1] }), /at least 0/],
    [
      'weights that are all 0',
      () =>
        new Categorical({
          probs: [
            [1, 1],
            [0, 0],
          ],
        }),
      /must not all be 0/,
    ],
    ['a scalar of weights', () => new Categorical({ probs: 1 }), /too few dimensions/],
    [
      'a matrix that is not square',
      () =>
        new MultivariateNormal({
          scaleTril: [
            [1, 0, 0],
            [0, 1, 0],
          ],
        }),
      /square/,
    ],
    [
      'an upper triangle',
      () =>
        new MultivariateNormal({
          scaleTril: [
            [1, 1],
            [0, 1],
          ],
        }),
      /0 above its diagonal/,
    ],
    [
      'a zero diagonal',
      () =>
        new MultivariateNormal({
          scaleTril: [
            [1, 0],
            [0, 0],
          ],
        }),
      /positive on its diagonal/,
    ],
    ['two scales', () => new MultivariateNormal({ scaleDiag: [1], scaleTril: [[1]] }), /either scaleDiag or scaleTril/],
    ['a mean of another size', () => new MultivariateNormal({ loc: [1, 2, 3], scaleDiag: [1, 2] }), /broadcast/],
    ['no components', () => new Mixture({ components: [] }), /needs components/],
    [
      'weights of another number',
      () => new Mixture({ components: [new Normal()], weights: [1, 2] }),
      /number of weights/,
    ],
    [
      'components of other events',
      () => new Mixture({ components: [new Normal(), new MultivariateNormal({ scaleDiag: [1] })] }),
      /event shape/,
    ],
    [
      'components of other batches',
      () => new Mixture({ components: [new Normal({ loc: [[0], [0]] }), new Normal({ loc: [0, 0] })] }),
      /batch shape/,
    ],
    ['more axes than there are', () => new Independent(new Normal({ loc: [1] }), { rank: 2 }), /batch axes/],
  ]
  it.each(bad)('%s: a typed error that says what came', (_, make, message) => {
    expect(make).toThrow(EbbflowError)
    expect(make).toThrow(message)
  })

  it('a method without closed form says so', () => {
    expect(() => new Mixture({ components: [new Normal()] }).entropy()).toThrow(/no closed-form entropy/)
  })
})
