import {
  ActNorm,
  Affine,
  Angles,
  affine,
  BatchNorm,
  Block,
  Bounded,
  bernstein,
  Chain,
  ConvNet,
  Coupling,
  circularSpline,
  composed,
  couplingSizes,
  Elementwise,
  Emerging,
  Exp,
  type Family,
  FFJORD,
  Householder,
  ImageCoupling,
  type ImageCouplingOptions,
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
  type MADEOptions,
  MaskedAutoregressive,
  MLP,
  MultiScale,
  monotoneNetwork,
  onLine,
  PeriodicConvolution,
  Permutation,
  Planar,
  parameterSizes,
  Radial,
  Reshape,
  ResidualMLP,
  Reverse,
  rationalQuadratic,
  Sigmoid,
  Softplus,
  Squeeze,
  Sylvester,
  shift,
  splitPrior,
  Tanh,
} from '@ebbflow/bijectors'
import { type Bijector, type Call, Rng } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** A bijector that is compiled in both directions. */
export interface BijectorCase {
  readonly make: () => Bijector
  /** Shape of an input event; `[]` for an elementwise one. */
  readonly event: readonly number[]
  readonly context?: number
  /** From normal draws to inputs. */
  readonly domain?: (z: tf.Tensor) => tf.Tensor
  /** Standard deviation of what moves the parameters. Default 0.3. */
  readonly spread?: number
  /** Calls beside that of evaluation. */
  readonly call?: () => Call
}

const onUnit = (z: tf.Tensor): tf.Tensor => tf.sigmoid(z)
const onCircle = (z: tf.Tensor): tf.Tensor => tf.mul(tf.tanh(z), 3)
const train = (): Call => ({ mode: 'train', rng: Rng.seed(5) })

const coupling = (dimensions: number, family: Family, context = 0): Bijector => {
  const sizes = couplingSizes({ dimensions, family, context })
  return new Coupling({ dimensions, family, context, conditioner: new MLP({ ...sizes, hidden: [9] }) })
}
const angled = (dimensions: number): Bijector => {
  const family = circularSpline({ bins: 5 })
  const { inputs, outputs } = couplingSizes({ dimensions, family })
  return new Coupling({
    dimensions,
    family,
    conditioner: new Angles(inputs, new MLP({ inputs: 2 * inputs, outputs, hidden: [8] })),
  })
}
const residualCoupling = (dimensions: number): Bijector => {
  const sizes = { dimensions, family: affine() }
  return new Coupling({ ...sizes, conditioner: new ResidualMLP({ ...couplingSizes(sizes), width: 7 }) })
}
const autoregressive = (dimensions: number, family: Family, options: Partial<MADEOptions> = {}): Bijector =>
  new MaskedAutoregressive({
    dimensions,
    family,
    context: options.context ?? 0,
    conditioner: new MADE({ dimensions, parameters: parameterSizes(family), hidden: [9, 8], ...options }),
  })
const images = (options: Omit<ImageCouplingOptions, 'conditioner'>): Bijector =>
  new ImageCoupling({ ...options, conditioner: new ConvNet({ ...imageCouplingSizes(options), width: 5, blocks: 1 }) })
const level = (shape: number[], prior: boolean): Chain =>
  new Chain([new Squeeze(), new ActNorm({ shape }), ...(prior ? [splitPrior({ shape, width: 4 })] : [])])
const spline = (): Family => rationalQuadratic({ bins: 5, bound: 3 })

/** At least one of each type that a model file may name, families and conditioners included; D takes the tails of vectors in turn. */
export const BIJECTORS: Readonly<Record<string, BijectorCase>> = {
  affine: { make: () => new Affine({ shift: 0.3, scale: -1.5, shape: [5], learnable: true }), event: [5] },
  'affine of numbers': { make: () => new Affine({ shift: 0.7, scale: -2.5 }), event: [] },
  exp: { make: () => new Exp(), event: [] },
  softplus: { make: () => new Softplus(), event: [] },
  sigmoid: { make: () => new Sigmoid(), event: [] },
  logit: { make: () => new Logit(), event: [], domain: onUnit },
  tanh: { make: () => new Tanh(), event: [] },
  bounded: { make: () => new Bounded({ lower: -2, upper: 5, shape: [3] }), event: [3] },
  shifts: { make: () => new Elementwise({ family: shift(), shape: [7] }), event: [7] },
  'mixture of logistics, onto (0, 1)': {
    make: () => new Elementwise({ family: logisticMixture({ components: 3 }), shape: [3] }),
    event: [3],
  },
  'mixture of logistics': { make: () => coupling(4, onLine(logisticMixture({ components: 3 }))), event: [4] },
  'Bernstein polynomial, on (0, 1)': {
    make: () => new Elementwise({ family: bernstein({ degree: 4 }), shape: [3] }),
    event: [3],
    domain: onUnit,
  },
  'Bernstein polynomial': { make: () => coupling(3, onLine(bernstein({ degree: 4 }))), event: [3] },
  'monotone network': { make: () => coupling(3, monotoneNetwork({ width: 3, layers: 2 })), event: [3] },
  'coupling of shifts': { make: () => coupling(5, shift()), event: [5] },
  'coupling of affine maps': { make: () => coupling(7, affine()), event: [7] },
  'coupling of affine maps, 64 values': { make: () => coupling(64, affine()), event: [64], spread: 0.1 },
  'coupling of affine maps, 65 values and a context': {
    make: () => coupling(65, affine(), 3),
    event: [65],
    context: 3,
    spread: 0.1,
  },
  'coupling of splines': { make: () => coupling(3, spline()), event: [3] },
  'coupling of splines, 8 values': { make: () => coupling(8, spline(), 2), event: [8], context: 2 },
  'coupling on a torus': { make: () => angled(3), event: [3], domain: onCircle },
  'coupling with a residual network': { make: () => residualCoupling(8), event: [8] },
  'splines before affine maps': { make: () => coupling(4, composed(spline(), affine())), event: [4] },
  'autoregressive affine maps': { make: () => autoregressive(5, affine()), event: [5] },
  'autoregressive affine maps with a context': {
    make: () => autoregressive(4, affine(), { context: 2, order: 'reversed' }),
    event: [4],
    context: 2,
  },
  'autoregressive splines': { make: () => autoregressive(3, spline()), event: [3] },
  'autoregressive mixtures of logistics': {
    make: () => autoregressive(3, onLine(logisticMixture({ components: 2 }))),
    event: [3],
  },
  'autoregressive splines with a context': {
    make: () => autoregressive(4, spline(), { context: 3, activation: 'elu', order: { seed: 1 }, hidden: [11] }),
    event: [4],
    context: 3,
    spread: 0.15,
  },
  'autoregressive splines on a torus': {
    make: () => autoregressive(3, circularSpline({ bins: 4 }), { angles: true, activation: 'tanh' }),
    event: [3],
    domain: onCircle,
  },
  'autoregressive affine maps, 64 values': {
    make: () => autoregressive(64, affine(), { hidden: [65, 33], activation: 'silu' }),
    event: [64],
    spread: 0.03,
  },
  'autoregressive monotone networks': {
    make: () => autoregressive(3, monotoneNetwork({ width: 2, layers: 2 }), { hidden: [] }),
    event: [3],
  },
  permutation: { make: () => Permutation.random(7, 3), event: [7] },
  reverse: { make: () => new Reverse(), event: [5] },
  'act norm': { make: () => new ActNorm({ shape: [3, 3, 5] }), event: [3, 3, 5] },
  'batch norm': { make: () => new BatchNorm({ shape: [7], affine: true }), event: [7] },
  'batch norm in training': { make: () => new BatchNorm({ shape: [4], affine: true }), event: [4], call: train },
  'LU linear': { make: () => new LULinear({ dimensions: 7, order: Permutation.random(7, 1).order }), event: [7] },
  'LU linear by softplus, 63 values': {
    make: () => new LULinear({ dimensions: 63, diagonal: 'softplus' }),
    event: [63],
    spread: 0.03,
  },
  householder: { make: () => new Householder({ dimensions: 5, reflections: 3 }), event: [5] },
  'invertible convolution': {
    make: () => new InvertibleConvolution({ shape: [3, 2, 5], seed: 1 }),
    event: [3, 2, 5],
    spread: 0.1,
  },
  'invertible convolution by LU': {
    make: () => new InvertibleConvolution({ shape: [2, 2, 4], lu: true, seed: 1 }),
    event: [2, 2, 4],
    spread: 0.1,
  },
  planar: { make: () => new Planar({ dimensions: 5 }), event: [5] },
  radial: { make: () => new Radial({ dimensions: 4 }), event: [4] },
  sylvester: { make: () => new Sylvester({ dimensions: 5, units: 3 }), event: [5] },
  'invertible residual': {
    make: () => new InvertibleResidual({ net: new LipschitzMLP({ inputs: 3, outputs: 3, hidden: [8] }) }),
    event: [3],
  },
  'invertible residual by roulette': {
    make: () =>
      new InvertibleResidual({
        net: new LipschitzMLP({ inputs: 4, outputs: 4, hidden: [8] }),
        logDet: { roulette: {} },
      }),
    event: [4],
    call: train,
  },
  'invertible residual of images': {
    make: () => new InvertibleResidual({ net: new LipschitzConvNet({ shape: [3, 3, 1], width: 2 }) }),
    event: [3, 3, 1],
  },
  ffjord: {
    make: () =>
      new FFJORD({ dimensions: 2, dynamics: new MLP({ inputs: 3, outputs: 2, hidden: [6], activation: 'tanh' }) }),
    event: [2],
  },
  squeeze: { make: () => new Squeeze(), event: [4, 6, 3] },
  'image coupling': { make: () => images({ shape: [4, 3, 3], family: affine() }), event: [4, 3, 3], spread: 0.1 },
  'image coupling of a checkerboard': {
    make: () => images({ shape: [3, 4, 2], family: spline(), mask: 'checkerboard', flip: true }),
    event: [3, 4, 2],
    spread: 0.1,
  },
  'image coupling with a context': {
    make: () => images({ shape: [2, 2, 4], family: affine(), context: 2 }),
    event: [2, 2, 4],
    context: 2,
    spread: 0.1,
  },
  emerging: { make: () => new Emerging({ shape: [4, 3, 2] }), event: [4, 3, 2], spread: 0.1 },
  'periodic convolution': { make: () => new PeriodicConvolution({ shape: [3, 4, 2] }), event: [3, 4, 2], spread: 0.1 },
  'multi-scale': {
    make: () => new MultiScale({ shape: [4, 4, 1], levels: [level([2, 2, 4], true), level([1, 1, 8], false)] }),
    event: [4, 4, 1],
    spread: 0.1,
  },
  block: {
    make: () =>
      new Block([
        { size: 3, bijector: new Affine({ shape: [3], learnable: true }) },
        { size: 1, bijector: new Exp() },
      ]),
    event: [4],
  },
  chain: {
    make: () => new Chain([new Tanh(), new Affine({ shape: [3], learnable: true }), new Reverse()]),
    event: [3],
  },
  inverse: { make: () => new Inverse(new LULinear({ dimensions: 4 })), event: [4] },
  reshape: {
    make: () => new Chain([new Reshape({ from: [6], to: [2, 3] }), new Affine({ shape: [2, 3], learnable: true })]),
    event: [6],
  },
}
