import {
  Affine,
  Block,
  Bounded,
  bernstein,
  Chain,
  Elementwise,
  Exp,
  Inverse,
  InvertibleConvolution,
  Logit,
  Sigmoid,
  Softplus,
  Tanh,
} from '@ebbflow/bijectors'
import { type Bijector, type Distribution, EbbflowError, gradients, Rng, tensor, withChecks } from '@ebbflow/core'
import { Gamma, Independent, Uniform } from '@ebbflow/distributions'
import { drawTensor, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { densities } from './arrays.js'
import { Flow } from './flow.js'
import { JointFlow } from './joint.js'
import { glow } from './recipes/glow.js'
import { maf } from './recipes/maf.js'
import { standardNormal } from './recipes/options.js'
import { realNVP } from './recipes/real-nvp.js'
import { residual } from './recipes/residual.js'

function refused(body: () => unknown): EbbflowError {
  try {
    tf.tidy(() => {
      body()
    })
  } catch (error) {
    expect(error).toBeInstanceOf(EbbflowError)
    return error as EbbflowError
  }
  throw new Error('nothing was thrown')
}

const flowOf = (bijector: Bijector, base: Distribution = standardNormal(2)): Flow => new Flow({ base, bijector }).init()

describe('outside of its support', () => {
  const unit = new Independent(new Uniform({ low: [0, 0], high: [1, 1] }))
  const positive = new Independent(new Gamma({ concentration: [2, 3], rate: [1, 1] }))
  const flows: Record<string, { flow: () => Flow; inside: number[][]; outside: number[][] }> = {
    'a box': {
      flow: () => flowOf(new Chain([new Affine({ scale: [2, 0.5] }), new Bounded({ lower: [0, -1], upper: [3, 1] })])),
      inside: [[1, 0.5]],
      outside: [
        [-1, 0],
        [1, 2],
        [3, 0],
        [9, 9],
      ],
    },
    'positive numbers': {
      flow: () => flowOf(new Chain([new Affine({ shift: 1 }), new Exp()])),
      inside: [[0.2, 5]],
      outside: [
        [0, 1],
        [-1, -1],
      ],
    },
    'positive numbers by softplus, within a chain': {
      flow: () => flowOf(new Chain([new Softplus(), new Affine({ scale: 2, shift: 1 })])),
      inside: [[2, 5]],
      outside: [
        [0.5, 3],
        [-1, -1],
      ],
    },
    'a cube by tanh': {
      flow: () => flowOf(new Tanh()),
      inside: [[0.2, -0.7]],
      outside: [
        [1, 0],
        [0, -4],
      ],
    },
    'the unit square by a sigmoid': {
      flow: () => flowOf(new Sigmoid()),
      inside: [[0.2, 0.7]],
      outside: [
        [0, 0.5],
        [0.5, 1.5],
      ],
    },
    'a part of a block': {
      flow: () =>
        flowOf(
          new Block([
            { size: 1, bijector: new Exp() },
            { size: 1, bijector: new Affine({ scale: 2 }) },
          ]),
        ),
      inside: [[2, -3]],
      outside: [[-2, 3]],
    },
    'a bounded base': {
      flow: () => flowOf(new Affine({ scale: 2, shift: [1, 0] }), unit),
      inside: [[2, 1]],
      outside: [
        [0, 1],
        [2, 3],
      ],
    },
    'a positive base': {
      flow: () => flowOf(new Affine({ scale: 2 }), positive),
      inside: [[2, 1]],
      outside: [[-2, 1]],
    },
    'polynomials on the unit square': {
      flow: () => flowOf(new Elementwise({ family: bernstein({ degree: 3 }), shape: [2] }), unit),
      inside: [[0.3, 0.6]],
      outside: [
        [-0.5, 0.5],
        [0.5, 2],
      ],
    },
    'the logit, the wrong way round': {
      flow: () => flowOf(new Chain([new Inverse(new Logit())])),
      inside: [[0.3, 0.6]],
      outside: [[2, 0.5]],
    },
  }

  it.each(Object.entries(flows))('a density is 0, and its gradients are numbers: %s', (_, { flow: make, ...at }) => {
    const flow = make()
    tf.tidy(() => {
      const { inside, outside } = at
      const x = tensor([...inside, ...outside])
      const logProb = flow.logProb(x)
      const found = [...logProb.dataSync()]
      expect(Number.isFinite(found[0]!)).toBe(true)
      expect(found.slice(1)).toEqual(outside.map(() => Number.NEGATIVE_INFINITY))
      expect([...densities(flow, [...inside, ...outside])].slice(1)).toEqual(found.slice(1))
      // rows outside spoil neither the others' gradients nor those of parameters
      const slots = [...flow.parameters().values()].map((slot) => slot.value)
      const slopes = gradients(() => tf.sum(flow.logProb(x)), [x, ...slots])
      for (const g of slopes) expect([...g.dataSync()].every((v) => !Number.isNaN(v))).toBe(true)
      const samples = flow.logProb(flow.sample(64, { rng: Rng.seed(1) }))
      expect([...samples.dataSync()].every(Number.isFinite)).toBe(true)
      // a value that is none is no value outside
      expect(flow.logProb(tensor([[Number.NaN, inside[0]![1]!]])).dataSync()[0]).toBeNaN()
    })
    flow.dispose()
  })
})

describe('flows refuse', () => {
  const conditional = () => realNVP({ dimensions: 2, layers: 2, hidden: [4], context: 3 }).init()

  it('events that do not fit, whatever is asked of them', () => {
    const flow = realNVP({ dimensions: 3, layers: 2, hidden: [4] }).init()
    for (const ask of [
      () => flow.logProb(tf.zeros([4, 2])),
      () => flow.toLatent(tf.zeros([4, 2])),
      () => flow.score(tf.zeros([4, 2])),
      () => flow.initialise(tf.zeros([4, 2])),
      () => flow.fromLatent(tf.zeros([4, 2])),
    ]) {
      const error = refused(ask)
      expect([error.code, error.expected, error.received]).toEqual(['shape', '[3]', '[2]'])
    }
    flow.dispose()
  })

  it('a context of another width, naming it', () => {
    const flow = conditional()
    for (const context of [tf.zeros([4, 2]), tf.zeros([4, 4])])
      for (const ask of [
        () => flow.logProb(tf.zeros([4, 2]), context),
        () => flow.sample(2, { context }),
        () => flow.given(context).logProb(tf.zeros([4, 2])),
      ]) {
        const error = refused(ask)
        expect(error.code).toBe('shape')
        expect(error.path).toMatch(/^bijector\.\d/)
        expect(error.expected).toBe('[...batch, 3]')
        expect(error.received).toBe(`[4, ${context.shape[1]}]`)
      }
    flow.dispose()
  })

  it('a context that is missing, or that they do not take', () => {
    const flow = conditional()
    // @ts-expect-error a conditional flow does not compile without its context
    const missing = refused(() => flow.logProb(tf.zeros([4, 2])))
    expect([missing.code, missing.expected, missing.received]).toEqual([
      'argument',
      'a context of shape [...batch, 3]',
      'none',
    ])
    const plain = realNVP({ dimensions: 2, layers: 2, hidden: [4] }).init() as unknown as Flow<tf.Tensor>
    const taken = refused(() => plain.logProb(tf.zeros([4, 2]), tf.zeros([4, 3])))
    expect([taken.code, taken.expected, taken.received]).toEqual(['argument', 'none', 'a context of shape [4, 3]'])
    flow.dispose()
    plain.dispose()
  })

  it('a base that the bijector does not take', () => {
    const error = refused(() => new Flow({ base: standardNormal(3), bijector: new Affine({ scale: [1, 2] }) }))
    expect([error.code, error.expected, error.received]).toEqual(['shape', '[2]', '[3]'])
    const rank = refused(() => new Flow({ base: standardNormal(4), bijector: new Affine({ shape: [2, 2] }) }))
    expect(rank.received).toBe('[4]')
  })

  it.each([
    ['sides that are odd', () => glow({ image: [5, 4, 1] }), 'even sides'],
    ['sides that are odd', () => residual({ image: [4, 3, 1] }), 'even sides'],
    ['more levels than the sides allow', () => glow({ image: [4, 4, 1], levels: 3 }), '1 to 2 for [4, 4, 1]'],
  ])('%s', (_, make, expected) => {
    const error = refused(make)
    expect([error.code, error.expected]).toEqual(['argument', expected])
    expect(error.received).toMatch(/./)
  })

  it('labels of a joint model that do not fit', () => {
    const joint = new JointFlow({ flow: conditional() }).init()
    const error = refused(() => joint.logProb(tf.zeros([4, 3]), tf.zeros([4])))
    expect([error.code, error.expected, error.received]).toEqual(['shape', '[2]', '[3]'])
    joint.dispose()
  })
})

describe('values that are not finite', () => {
  it('are named by layer and row when the batch is run again with checks', () => {
    const flow = maf({ dimensions: 2, layers: 2, hidden: [4] }).init()
    tf.tidy(() => {
      const x = tensor([
        [0, 1],
        [Number.NaN, 0],
        [1, 1],
      ])
      const found = [...flow.logProb(x).dataSync()]
      expect([Number.isFinite(found[0]!), Number.isNaN(found[1]!), Number.isFinite(found[2]!)]).toEqual([
        true,
        true,
        true,
      ])
      const error = refused(() => withChecks(() => flow.logProb(x)))
      expect(error.code).toBe('not-finite')
      expect(error.path).toMatch(/^bijector\.\d/)
      expect(error.message).toMatch(/in row 1: got NaN/)
    })
    flow.dispose()
  })

  it('name the layer that holds a parameter that is none', () => {
    const flow = realNVP({ dimensions: 2, layers: 3, hidden: [4] }).init()
    tf.tidy(() => {
      const [path, slot] = [...flow.slots()].find(([name]) => /\.\d\.conditioner/.test(name) && name.includes('.1.'))!
      slot.assign(tf.fill([...slot.shape], Number.NaN))
      const error = refused(() => withChecks(() => flow.logProb(drawTensor(REALS, 'x', [3, 2]))))
      expect(error.code).toBe('not-finite')
      expect(path.startsWith(`${error.path}.`)).toBe(true)
      expect(error.message).toMatch(/rows 0, 1, 2/)
    })
    flow.dispose()
  })

  it('a singular matrix is named with its layer', () => {
    const flow = flowOf(new Chain([new Affine({ shape: [2] }), new InvertibleConvolution({ shape: [2] })]))
    tf.tidy(() => {
      flow
        .slots()
        .get('bijector.1.weight')!
        .assign(tf.ones([2, 2]))
      const error = refused(() => flow.logProb(tf.ones([3, 2])))
      expect([error.code, error.path]).toEqual(['singular', 'bijector.1'])
    })
    flow.dispose()
  })
})
