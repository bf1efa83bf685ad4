import { Bijector, EbbflowError, gradients, type Shape, tensor, withChecks } from '@ebbflow/core'
import { drawTensor } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import * as all from './index.js'
import {
  ActNorm,
  Affine,
  affine,
  BatchNorm,
  Block,
  Bounded,
  bernstein,
  Chain,
  ConvNet,
  Coupling,
  couplingSizes,
  Elementwise,
  Emerging,
  Exp,
  FFJORD,
  Householder,
  ImageCoupling,
  Inverse,
  InvertibleConvolution,
  InvertibleResidual,
  imageCouplingSizes,
  LipschitzConvNet,
  LipschitzMLP,
  Logit,
  LULinear,
  logisticMixture,
  MADE,
  MaskedAutoregressive,
  MLP,
  MultiScale,
  PeriodicConvolution,
  Permutation,
  Planar,
  parameterSizes,
  Radial,
  Reshape,
  Reverse,
  Sigmoid,
  Softplus,
  Squeeze,
  Sylvester,
  shift,
  Tanh,
} from './index.js'

/** What a layer must say no to. */
interface Case {
  make: () => Bijector
  /** An event that it takes; `[]` for an elementwise layer, which takes any. */
  event: Shape
  /** Events that it does not take. Default: with a value more, and one axis fewer. */
  wrong?: Shape[]
  /** A layer that wants a context of that size. */
  conditional?: { make: () => Bijector; size: number }
  /** Options that cannot be: refused at construction. */
  options?: (() => unknown)[]
  /** Whether its inputs are positive. */
  positive?: boolean
}

const maps = affine()
const mlp = (inputs: number, outputs: number): MLP => new MLP({ inputs, outputs, hidden: [4], activation: 'tanh' })
const coupling = (dimensions: number, more: object = {}): Coupling =>
  new Coupling({
    dimensions,
    family: maps,
    conditioner: mlp(...pair(couplingSizes({ dimensions, family: maps, ...more }))),
    ...more,
  })
const pair = ({ inputs, outputs }: { inputs: number; outputs: number }): [number, number] => [inputs, outputs]
const picture = (more: object = {}): ImageCoupling => {
  const options = { shape: [2, 2, 2], family: maps, ...more }
  return new ImageCoupling({ ...options, conditioner: new ConvNet({ ...imageCouplingSizes(options), width: 2 }) })
}
const autoregressive = (context = 0, dimensions = 3): MaskedAutoregressive =>
  new MaskedAutoregressive({
    dimensions,
    family: maps,
    context,
    conditioner: new MADE({ dimensions, context, parameters: parameterSizes(maps), hidden: [4] }),
  })
const dynamics = (context = 0): FFJORD => new FFJORD({ dimensions: 2, context, dynamics: mlp(3 + context, 2) })
const block = (context = 0): InvertibleResidual =>
  new InvertibleResidual({ context, net: new LipschitzMLP({ inputs: 2 + context, outputs: 2, hidden: [4] }) })

const cases: Record<string, Case> = {
  ActNorm: { make: () => new ActNorm({ shape: [2, 3] }), event: [2, 3], options: [() => new ActNorm({ shape: [] })] },
  Affine: {
    make: () => new Affine({ scale: [2, 3] }),
    event: [2],
    options: [
      () => new Affine({ scale: [1, 0] }),
      () => new Affine({ shift: Number.NaN }),
      () => new Affine({ scale: [1, 2], shift: [1, 2, 3] }),
      () => new Affine({ scale: [1, 2], shape: [3] }),
    ],
  },
  BatchNorm: {
    make: () => new BatchNorm({ shape: [3] }),
    event: [3],
    options: [
      () => new BatchNorm({ shape: [] }),
      () => new BatchNorm({ shape: [2], epsilon: 0 }),
      () => new BatchNorm({ shape: [2], momentum: 2 }),
    ],
  },
  Block: {
    make: () =>
      new Block([
        { size: 1, bijector: new Tanh() },
        { size: 2, bijector: new Affine({ scale: [2, 3] }) },
      ]),
    event: [3],
    options: [
      () => new Block([]),
      () => new Block([{ size: 0, bijector: new Tanh() }]),
      () => new Block([{ size: 4, bijector: new Reshape({ from: [4], to: [2, 2] }) }]),
    ],
  },
  Bounded: {
    make: () => new Bounded({ lower: [0, -1], upper: 2 }),
    event: [2],
    options: [
      () => new Bounded({ lower: 1, upper: 1 }),
      () => new Bounded({ upper: Number.POSITIVE_INFINITY }),
      () => new Bounded({ lower: [0, 0], upper: [1, 1, 1] }),
    ],
  },
  Chain: { make: () => new Chain([new Tanh(), new Affine({ scale: [2, 3] })]), event: [2] },
  Coupling: {
    make: () => coupling(3),
    event: [3],
    conditional: { make: () => coupling(3, { context: 2 }), size: 2 },
    options: [
      () => coupling(0),
      () => coupling(3, { split: 3 }),
      () => coupling(3, { split: -1 }),
      () => coupling(3, { split: 0.5 }),
      () => coupling(1),
      () => new Coupling({ dimensions: 3, family: maps, conditioner: mlp(2, 4) }),
    ],
  },
  Elementwise: { make: () => new Elementwise({ family: maps, shape: [2] }), event: [2] },
  Emerging: {
    make: () => new Emerging({ shape: [2, 2, 2] }),
    event: [2, 2, 2],
    options: [() => new Emerging({ shape: [2, 2] }), () => new Emerging({ shape: [2, 2, 2], kernel: 2 })],
  },
  Exp: { make: () => new Exp(), event: [], positive: true },
  FFJORD: {
    make: () => dynamics(),
    event: [2],
    conditional: { make: () => dynamics(2), size: 2 },
    options: [
      () => new FFJORD({ dimensions: 2, dynamics: mlp(2, 2) }),
      () => new FFJORD({ dimensions: 2, dynamics: mlp(3, 2), rtol: 0 }),
    ],
  },
  Householder: {
    make: () => new Householder({ dimensions: 3 }),
    event: [3],
    options: [() => new Householder({ dimensions: 0 }), () => new Householder({ dimensions: 2, reflections: 1.5 })],
  },
  ImageCoupling: {
    make: () => picture(),
    event: [2, 2, 2],
    conditional: { make: () => picture({ context: 2 }), size: 2 },
    options: [
      () => picture({ split: 2 }),
      () => picture({ split: 0 }),
      () => picture({ shape: [2, 2, 1] }),
      () => picture({ shape: [1, 1, 2], mask: 'checkerboard' }),
      () => picture({ mask: 'checkerboard', split: 1 }),
      () => picture({ mask: 'stripes' }),
      () => picture({ shape: [2, 2] }),
    ],
  },
  Inverse: { make: () => new Inverse(new Affine({ scale: [2, 3] })), event: [2] },
  InvertibleConvolution: {
    make: () => new InvertibleConvolution({ shape: [2, 2, 3] }),
    event: [2, 2, 3],
    options: [() => new InvertibleConvolution({ shape: [] })],
  },
  InvertibleResidual: {
    make: () => block(),
    event: [2],
    conditional: { make: () => block(3), size: 3 },
    options: [
      () => new InvertibleResidual({ net: new LipschitzMLP({ inputs: 2, outputs: 2 }), context: 1 }),
      () => new InvertibleResidual({ net: new LipschitzMLP({ inputs: 2, outputs: 2 }), logDet: { series: 0 } }),
      () => new LipschitzMLP({ inputs: 2, outputs: 2, coefficient: 1 }),
      () => new LipschitzConvNet({ shape: [2, 2, 1], kernel: 2 }),
    ],
  },
  LULinear: {
    make: () => new LULinear({ dimensions: 3 }),
    event: [3],
    options: [
      () => new LULinear({ dimensions: 0 }),
      () => new LULinear({ dimensions: 3, order: [1, 0] }),
      () => new LULinear({ dimensions: 2, order: [1, 1] }),
    ],
  },
  Logit: { make: () => new Logit(), event: [], positive: true },
  MaskedAutoregressive: {
    make: () => autoregressive(),
    event: [3],
    conditional: { make: () => autoregressive(2), size: 2 },
    options: [
      () => autoregressive(0, 0),
      () =>
        new MaskedAutoregressive({
          dimensions: 3,
          family: maps,
          conditioner: new MADE({ dimensions: 3, parameters: [1] }),
        }),
      () => new MADE({ dimensions: 3, parameters: [1], order: [0, 0, 2] }),
      () => new MADE({ dimensions: 3, parameters: [1], order: [0, 1] }),
    ],
  },
  MultiScale: {
    make: () => new MultiScale({ shape: [4, 4, 1], levels: [new Squeeze(), new Squeeze()] }),
    event: [4, 4, 1],
    wrong: [
      [4, 4, 2],
      [5, 4, 1],
      [4, 4],
    ],
    options: [
      () => new MultiScale({ shape: [4, 4, 1], levels: [] }),
      () => new MultiScale({ shape: [4, 4], levels: [new Squeeze()] }),
      () => new MultiScale({ shape: [5, 4, 1], levels: [new Squeeze()] }),
      () => new MultiScale({ shape: [4, 4, 1], levels: [new Exp()] }),
    ],
  },
  PeriodicConvolution: {
    make: () => new PeriodicConvolution({ shape: [3, 3, 2] }),
    event: [3, 3, 2],
    options: [
      () => new PeriodicConvolution({ shape: [3, 3] }),
      () => new PeriodicConvolution({ shape: [4, 4, 1], kernel: 2 }),
      () => new PeriodicConvolution({ shape: [4, 2, 1] }),
    ],
  },
  Permutation: {
    make: () => new Permutation([2, 0, 1]),
    event: [3],
    options: [
      () => new Permutation([0, 0, 1]),
      () => new Permutation([1, 2, 3]),
      () => new Permutation([0, 1.5]),
      () => new Permutation([0, Number.NaN]),
    ],
  },
  Planar: {
    make: () => new Planar({ dimensions: 2 }),
    event: [2],
    options: [
      () => new Planar({ dimensions: 0 }),
      // @ts-expect-error what a caller without types may write
      () => new Planar({ dimensions: 2, activation: 'relu' }),
    ],
  },
  Radial: { make: () => new Radial({ dimensions: 2 }), event: [2], options: [() => new Radial({ dimensions: 1.5 })] },
  Reshape: {
    make: () => new Reshape({ from: [4], to: [2, 2] }),
    event: [4],
    options: [() => new Reshape({ from: [4], to: [2, 3] })],
  },
  Reverse: { make: () => new Reverse(), event: [3], wrong: [[]] },
  Sigmoid: { make: () => new Sigmoid(), event: [] },
  Softplus: { make: () => new Softplus(), event: [] },
  Squeeze: {
    make: () => new Squeeze(),
    event: [4, 2, 1],
    wrong: [
      [3, 2, 1],
      [2, 3, 1],
      [4, 2],
    ],
    options: [() => new Squeeze({ factor: 1 }), () => new Squeeze({ factor: 2.5 })],
  },
  Sylvester: {
    make: () => new Sylvester({ dimensions: 3, units: 2 }),
    event: [3],
    options: [() => new Sylvester({ dimensions: 0 }), () => new Sylvester({ dimensions: 2, units: 3 })],
  },
  Tanh: { make: () => new Tanh(), event: [] },
}

/** The error of ours that a body throws, all told. */
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

/** What came and what would be right. */
function saysBoth(error: EbbflowError): void {
  expect(error.received, `received, of "${error.message}"`).toMatch(/./)
  expect(error.expected, `expected, of "${error.message}"`).toMatch(/./)
}

const bijectors = Object.entries(all).filter(
  ([, value]) => typeof value === 'function' && value.prototype instanceof Bijector,
)

it('knows every bijector', () => {
  expect(bijectors.map(([name]) => name).sort()).toEqual(Object.keys(cases).sort())
  for (const [name, value] of bijectors) expect(cases[name]!.make()).toBeInstanceOf(value)
})

describe.each(Object.entries(cases))('%s', (_, { make, event, conditional, options = [], positive, ...rest }) => {
  /** Events as they are there, of a layer at place 1 of a chain. */
  const placed = (bijector: Bijector): Chain => new Chain([new Chain([]), bijector]).init({ seed: 1 })
  const values = (batch: number[]): tf.Tensor =>
    drawTensor(positive ? { lower: 0.1, upper: 0.9 } : { lower: -0.9, upper: 0.9 }, 'x', [...batch, ...event])

  it('refuses an event that does not fit, in both directions', () => {
    const elementwise = event.length === 0
    const chain = placed(make())
    if (elementwise) {
      for (const direction of ['forward', 'inverse'] as const) {
        const error = refused(() => chain[direction](tf.tensor1d([1], 'int32')))
        expect(error.received).toBe('int32')
        saysBoth(error)
      }
    } else {
      const out = chain.outputShape(event)
      const wrong = {
        forward: rest.wrong ?? [[...event.slice(0, -1), event.at(-1)! + 1], event.slice(1)],
        inverse: rest.wrong?.length === 1 ? rest.wrong : [[...out.slice(0, -1), out.at(-1)! + 1], out.slice(1)],
      }
      for (const direction of ['forward', 'inverse'] as const)
        for (const shape of wrong[direction]) {
          const error = refused(() => chain[direction](tf.zeros([...shape])))
          expect([error.code, error.received], `${direction} of [${shape}]`).toEqual(['shape', `[${shape.join(', ')}]`])
          saysBoth(error)
          // with too few axes for the chain's event it is the chain that says so
          if (shape.length === (direction === 'forward' ? chain.inputRank : chain.outputRank))
            expect(error.path).toMatch(/^1\b/)
        }
    }
    chain.dispose()
  })

  it.each(options.map((make, i) => [i, make] as const))('refuses options that cannot be: %i', (_, bad) => {
    const error = refused(bad)
    expect(['argument', 'shape']).toContain(error.code)
    saysBoth(error)
  })

  it.each(conditional ? [conditional] : [])(
    'refuses to go without a context, or with one of another width',
    (given) => {
      const { make: conditionally, size } = given
      const chain = placed(conditionally())
      for (const direction of ['forward', 'inverse'] as const)
        for (const width of [undefined, size + 1, 1]) {
          const context = width && tf.zeros([2, width])
          const error = refused(() =>
            chain[direction](tf.zeros([2, ...event]), { mode: 'eval', ...(context && { context }) }),
          )
          expect(error.code).toBe(width ? 'shape' : 'argument')
          expect(error.path).toMatch(/^1\b/)
          expect(error.expected).toContain(String(size))
          expect(error.received).toContain(width ? `${width}]` : 'none')
        }
      chain.dispose()
    },
  )

  it('is named, with the row, for a value that is not a number, once values are checked', () => {
    const chain = new Chain([make()]).init({ seed: 1 })
    for (const direction of ['forward', 'inverse'] as const)
      tf.tidy(() => {
        const data = (direction === 'forward' ? values([3]) : chain.forward(values([3]))).dataSync()
        const shape = direction === 'forward' ? event : chain.outputShape(event)
        const row = data.length / 3
        const spoilt = tensor(
          Float64Array.from(data, (v, i) => (i === row ? Number.NaN : v)),
          [3, ...shape],
        )
        const error = refused(() => withChecks(() => chain[direction](spoilt)))
        expect(['not-finite', 'convergence']).toContain(error.code)
        expect(error.path).toMatch(/^0\b/)
        expect(error.message).toMatch(/rows? 1\b/)
      })
    chain.dispose()
  })
})

describe('matrices that are singular', () => {
  it.each([
    ['InvertibleConvolution', () => new InvertibleConvolution({ shape: [2] }), 'weight', [2]],
    ['PeriodicConvolution', () => new PeriodicConvolution({ shape: [3, 3, 1] }), 'weights', [3, 3, 1]],
  ] as const)('are named with the layer: %s', (_, make, name, event) => {
    const chain = new Chain([new Affine(), make()]).init({ seed: 1 })
    tf.tidy(() => {
      const slot = chain.slots().get(`1.${name}`)!
      slot.assign(tf.ones([...slot.shape]))
      const x = tf.ones([2, ...event])
      const error = refused(() => chain.inverse(x))
      expect([error.code, error.path]).toEqual(['singular', '1'])
      const checked = refused(() => withChecks(() => chain.forwardAndLogDet(x)))
      expect([checked.code, checked.path]).toEqual(['not-finite', '1'])
      expect(checked.message).toMatch(/the forward log-determinant is not finite in rows 0, 1/)
    })
    chain.dispose()
  })
})

describe('values outside of a range', () => {
  const inverses: Record<string, [bijector: Bijector, outside: number[], inside: number[]]> = {
    Exp: [new Exp(), [-1, 0], [0.5]],
    Softplus: [new Softplus(), [-1, 0], [0.5]],
    Sigmoid: [new Sigmoid(), [-0.5, 0, 1, 2], [0.5]],
    'Inverse of Logit': [new Inverse(new Inverse(new Sigmoid())), [-0.5, 1.5], [0.25]],
    Tanh: [new Tanh(), [-2, -1, 1, 3], [0.5]],
    Bounded: [new Bounded({ lower: -2, upper: 3 }), [-3, -2, 3, 10], [2]],
  }
  it.each(Object.entries(inverses))('have a log-determinant of −∞ and finite gradients, NaN stays: %s', (_, entry) => {
    const [bijector, outside, inside] = entry
    tf.tidy(() => {
      const y = tensor([...outside, ...inside, Number.NaN])
      const { value, logDet } = bijector.inverseAndLogDet(y)
      const found = [...logDet.dataSync()]
      expect(found.slice(0, outside.length).every((l) => l === Number.NEGATIVE_INFINITY)).toBe(true)
      expect(Number.isFinite(found[outside.length]!)).toBe(true)
      expect(found.at(-1)).toBeNaN()
      expect([...value.dataSync()].slice(0, -1).every(Number.isFinite)).toBe(true)
      const known = tensor([...outside, ...inside])
      const [g] = gradients(() => {
        const mapped = bijector.inverseAndLogDet(known)
        return tf.add(tf.mul(tf.sum(mapped.value), 3), tf.sum(mapped.logDet))
      }, [known])
      expect([...g!.dataSync()].every(Number.isFinite)).toBe(true)
      expect(g!.dataSync()[outside.length]).not.toBe(0)
    })
  })

  it.each([
    ['Bernstein polynomials', bernstein({ degree: 3 }), ['forward', 'inverse']],
    ['mixtures of logistics', logisticMixture({ components: 2 }), ['inverse']],
  ] as const)('have one in families on (0, 1): %s', (_, family, directions) => {
    tf.tidy(() => {
      const layer = new Elementwise({ family, shape: [2] }).init()
      const x = tensor([
        [0.5, 1.5],
        [-0.5, 0.25],
        [0.5, 0.25],
      ])
      for (const direction of directions) {
        const { value, logDet } = layer[`${direction}AndLogDet`](x)
        const found = [...logDet.dataSync()]
        expect(found.slice(0, 2)).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])
        expect(Number.isFinite(found[2]!)).toBe(true)
        expect([...value.dataSync()].every(Number.isFinite)).toBe(true)
      }
      layer.dispose()
    })
  })

  it('are named, with the layer and the row, once values are checked', () => {
    const chain = new Chain([new Affine({ scale: 2 }), new Exp()])
    const error = refused(() => withChecks(() => chain.inverseAndLogDet(tensor([1, 2, -3]))))
    expect([error.code, error.path, error.received]).toEqual(['not-finite', '1', '-Infinity'])
    expect(error.message).toContain('row 2')
  })
})

it('families that cannot follow one another are refused', () => {
  const error = refused(() => all.composed(shift(), bernstein()))
  expect(error.code).toBe('argument')
  saysBoth(error)
})
