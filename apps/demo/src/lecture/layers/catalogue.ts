import {
  affine,
  BatchNorm,
  Coupling,
  Emerging,
  InvertibleConvolution,
  InvertibleResidual,
  LipschitzMLP,
  MADE,
  MaskedAutoregressive,
  Planar,
  parameterSizes,
  Radial,
  rationalQuadratic,
  rawSize,
  Sylvester,
  shift,
} from '@ebbflow/bijectors'
import type { Bijector } from '@ebbflow/core'
import { assign, initialised, randomise } from '../flow/engine.js'
import { network } from './networks.js'

/** A parameter of a layer that a slider sets. */
export interface Knob {
  readonly name: string
  readonly label: string
  readonly min: number
  readonly max: number
  readonly initial: number
}

/** A layer of the table. */
export interface LayerEntry {
  readonly name: string
  /** y = f(x), in TeX. */
  readonly formula: string
  /** Its log|det|, in TeX. */
  readonly logDet: string
  readonly paper: { readonly title: string; readonly id: string }
  /** What it is for, in two sentences. */
  readonly about: string
  /** What each direction costs, in words. */
  readonly forward: string
  readonly inverse: string
  readonly knobs: readonly Knob[]
  /** Whether there is anything random to shuffle. */
  readonly random: boolean
  /** One event of the layer that warps the grid, whose two values are the plane's. */
  readonly event: readonly number[]
  /** Makes the layer; with another `event` of the same kind where the layer is one of images. */
  make(knobs: Readonly<Record<string, number>>, seed: number, event?: readonly number[]): Bijector
  /** A larger event, on which log-determinant and Jacobian are compared as well. */
  readonly large?: readonly number[]
}

const paper = (title: string, id: string): LayerEntry['paper'] => ({ title, id })

const strength: Knob = { name: 'strength', label: 'strength of the network', min: 0, max: 1.5, initial: 0.9 }

/** The lecture's table and a few more, by the names that addresses hold. */
export const catalogue = {
  additive: {
    name: 'additive coupling',
    formula: 'y_1 = x_1,\\quad y_2 = x_2 + f(x_1)',
    logDet: '0',
    paper: paper('NICE', '1410.8516'),
    about:
      'One half of the values shifts the other; f may be any network, for it is never inverted. Volumes are kept everywhere, so a flow of these alone can move mass, but not gather it.',
    forward: 'one pass of f',
    inverse: 'one pass of f',
    knobs: [strength],
    random: true,
    event: [2],
    make: ({ strength = 0.9 }, seed) => {
      const family = shift()
      return new Coupling({ dimensions: 2, family, conditioner: network(1, rawSize(family), seed, 2 * strength) })
    },
  },
  planar: {
    name: 'planar',
    formula: 'y = x + \\hat u\\, h(w^\\top x + b)',
    logDet: '\\ln\\left|1 + \\hat u^\\top h\\text{′}(w^\\top x + b)\\, w\\right|',
    paper: paper('Rezende & Mohamed', '1505.05770'),
    about:
      'Pushes or pulls along û, by how far x lies from the line wᵀx + b = 0. It is invertible where ûᵀw > −1, which the parametrisation makes sure of; try a strength far below zero.',
    forward: 'D multiplications',
    inverse: 'a scalar equation, solved by iteration',
    knobs: [
      { name: 'angle', label: 'direction of w', min: -3.14, max: 3.14, initial: 0.6 },
      { name: 'steep', label: 'length of w', min: 0.2, max: 4, initial: 2 },
      { name: 'strength', label: 'strength of u', min: -3, max: 3, initial: 1.2 },
      { name: 'b', label: 'b', min: -3, max: 3, initial: 0 },
    ],
    random: false,
    event: [2],
    make: ({ angle = 0, steep = 1, strength = 1, b = 0 }) => {
      const layer = initialised(new Planar({ dimensions: 2 }))
      const [c, s] = [Math.cos(angle), Math.sin(angle)]
      assign(layer, { w: [steep * c, steep * s], u: [strength * (c - 0.4 * s), strength * (s + 0.4 * c)], b: [b] })
      return layer
    },
  },
  affine: {
    name: 'affine coupling',
    formula: 'y_1 = x_1,\\quad y_2 = x_2 \\odot f_\\sigma(x_1) + f_\\mu(x_1)',
    logDet: '\\sum \\ln |f_\\sigma(x_1)|',
    paper: paper('RealNVP', '1605.08803'),
    about:
      'An additive coupling that scales as well, so that volumes change. Both directions cost the same: the workhorse of the field.',
    forward: 'one pass of the network',
    inverse: 'one pass of the network',
    knobs: [strength],
    random: true,
    event: [2],
    make: ({ strength = 0.9 }, seed) => {
      const family = affine({ bound: 2 })
      return new Coupling({ dimensions: 2, family, conditioner: network(1, rawSize(family), seed, 1.6 * strength) })
    },
  },
  batchnorm: {
    name: 'batch normalisation',
    formula: 'y = \\dfrac{x - \\tilde\\mu}{\\sqrt{\\tilde\\sigma^2 + \\varepsilon}}',
    logDet: '-\\tfrac12 \\sum \\ln(\\tilde\\sigma^2 + \\varepsilon)',
    paper: paper('RealNVP', '1605.08803'),
    about:
      'Gives each value mean 0 and variance 1, with moments kept from batches before. It holds deep flows steady in training.',
    forward: 'D multiplications',
    inverse: 'D multiplications',
    knobs: [
      { name: 'm1', label: 'mean of x₁', min: -2, max: 2, initial: 0.5 },
      { name: 'm2', label: 'mean of x₂', min: -2, max: 2, initial: -0.4 },
      { name: 's1', label: 'standard deviation of x₁', min: 0.3, max: 3, initial: 1.6 },
      { name: 's2', label: 'standard deviation of x₂', min: 0.3, max: 3, initial: 0.7 },
    ],
    random: false,
    event: [2],
    make: ({ m1 = 0, m2 = 0, s1 = 1, s2 = 1 }) => {
      const layer = initialised(new BatchNorm({ shape: [2] }))
      assign(layer, { runningMean: [m1, m2], runningVariance: [s1 * s1, s2 * s2] })
      return layer
    },
  },
  convolution: {
    name: '1×1 convolution',
    formula: 'y_{ij} = W x_{ij},\\quad x \\in \\mathbb{R}^{h \\times w \\times c},\\ W \\in \\mathbb{R}^{c \\times c}',
    logDet: 'h \\cdot w \\cdot \\ln |\\det W|',
    paper: paper('Glow', '1807.03039'),
    about:
      'Mixes the channels of every pixel by one matrix: a permutation that learns. The grid shows the two channels of one pixel; the larger example is a picture of 3 × 3 of them.',
    forward: 'h w c² multiplications',
    inverse: 'the same, and c³ once for W⁻¹',
    knobs: [
      { name: 'turn', label: 'rotation', min: -3.14, max: 3.14, initial: 0.5 },
      { name: 'shear', label: 'shear', min: -1.5, max: 1.5, initial: 0.6 },
      { name: 'grow', label: 'scale', min: 0.3, max: 2, initial: 1.2 },
    ],
    random: false,
    event: [1, 1, 2],
    large: [3, 3, 2],
    make: ({ turn = 0, shear = 0, grow = 1 }, _seed, event = [1, 1, 2]) => {
      const layer = initialised(new InvertibleConvolution({ shape: event }))
      const [c, s] = [Math.cos(turn), Math.sin(turn)]
      assign(layer, { weight: [grow * c, grow * (shear * c - s), grow * s, grow * (shear * s + c)] })
      return layer
    },
  },
  iresnet: {
    name: 'i-ResNet',
    formula: 'y = x + f(x),\\quad \\|f\\|_L < 1',
    logDet:
      '\\operatorname{tr} \\ln(I + \\nabla f) = \\sum_{k=1}^\\infty \\frac{(-1)^{k+1}}{k} \\operatorname{tr}\\left((\\nabla f)^k\\right)',
    paper: paper('Behrmann et al.', '1811.00995'),
    about:
      'A residual block whose f contracts, so that it can never fold space. Its Jacobian is full, every value moves every other; the price is a log-determinant that is a series.',
    forward: 'one pass of f',
    inverse: 'iterating x ← y − f(x)',
    knobs: [{ name: 'coefficient', label: 'Lipschitz bound of a kernel', min: 0.3, max: 0.97, initial: 0.9 }],
    random: true,
    event: [2],
    make: ({ coefficient = 0.9 }, seed) => {
      // few units: of many random ones the sum averages out, and the block hardly bends
      const net = initialised(new LipschitzMLP({ inputs: 2, outputs: 2, hidden: [3], coefficient, activation: 'tanh' }))
      randomise(net, seed, (path) => (path.endsWith('bias') ? 0.5 : 3))
      return new InvertibleResidual({ net })
    },
  },
  emerging: {
    name: 'emerging convolution',
    formula: 'k = w_1 \\odot m_1,\\ g = w_2 \\odot m_2,\\quad y = k \\star (g \\star x)',
    logDet: '\\sum_{\\text{positions}} \\sum_c \\ln |k_{cc}\\, g_{cc}|\\ \\text{at the centres}',
    paper: paper('Hoogeboom et al.', '1901.11137'),
    about:
      'Two convolutions that look opposite ways, masked so that each has a triangular Jacobian; together every pixel sees all around it. The grid is a picture of two pixels; the larger example has 3 × 3 with two channels.',
    forward: 'two convolutions',
    inverse: 'two substitutions, pixel after pixel',
    knobs: [
      { name: 'weights', label: 'size of the weights', min: 0, max: 1.2, initial: 0.6 },
      { name: 'centre', label: 'ln of the centres', min: -0.7, max: 0.7, initial: 0.15 },
    ],
    random: true,
    event: [1, 2, 1],
    large: [3, 3, 2],
    make: ({ weights = 0.6, centre = 0 }, seed, event = [1, 2, 1]) => {
      const layer = initialised(new Emerging({ shape: event }))
      randomise(layer, seed, (path) => (path.endsWith('LogDiagonal') ? 0.1 : weights))
      const channels = event[2] ?? 1
      const centres = Array.from({ length: channels }, (_, c) => centre * (1 - 0.5 * c))
      assign(layer, { gLogDiagonal: centres, kLogDiagonal: centres.map((value) => 0.5 * value) })
      return layer
    },
  },
  spline: {
    name: 'spline coupling',
    formula: 'y_1 = x_1,\\quad y_2 = g_{\\theta(x_1)}(x_2),\\ g \\text{ a rational-quadratic spline}',
    logDet: '\\sum \\ln g\\text{′}_{\\!\\theta(x_1)}(x_2)',
    paper: paper('Neural spline flows', '1906.04032'),
    about:
      'A coupling whose elementwise map is a monotone spline within a box and the identity outside. It bends where an affine map can only stretch.',
    forward: 'one pass of the network',
    inverse: 'one pass, and a quadratic a value',
    knobs: [strength],
    random: true,
    event: [2],
    make: ({ strength = 0.9 }, seed) => {
      const family = rationalQuadratic({ bins: 6, bound: 3 })
      return new Coupling({ dimensions: 2, family, conditioner: network(1, rawSize(family), seed, strength) })
    },
  },
  radial: {
    name: 'radial',
    formula: 'y = x + \\beta\\, \\dfrac{x - x_0}{\\alpha + r},\\quad r = \\|x - x_0\\|',
    logDet:
      '\\ln\\dfrac{r + \\alpha + \\beta}{\\alpha + r} + \\ln\\dfrac{r^2 + 2\\alpha r + \\alpha(\\alpha + \\beta)}{(\\alpha + r)^2}',
    paper: paper('Rezende & Mohamed', '1505.05770'),
    about: 'Blows space up around a point, or draws it in. Invertible where β > −α.',
    forward: 'D multiplications',
    inverse: 'the root of a quadratic',
    knobs: [
      { name: 'x', label: 'x₀, first value', min: -2, max: 2, initial: 0.4 },
      { name: 'y', label: 'x₀, second value', min: -2, max: 2, initial: 0.3 },
      { name: 'alpha', label: 'ln α', min: -2, max: 1.5, initial: -0.3 },
      { name: 'ratio', label: 'ln((α + β) / α)', min: -2.5, max: 2.5, initial: 1.4 },
    ],
    random: false,
    event: [2],
    make: ({ x = 0, y = 0, alpha = 0, ratio = 0 }) => {
      const layer = initialised(new Radial({ dimensions: 2 }))
      assign(layer, { centre: [x, y], logAlpha: [alpha], logRatio: [ratio] })
      return layer
    },
  },
  sylvester: {
    name: 'Sylvester',
    formula: 'y = x + Q R\\, h(\\tilde R Q^\\top x + b)',
    logDet: '\\sum_m \\ln\\left(1 + r_{mm} \\tilde r_{mm} h\\text{′}(\\tilde R Q^\\top x + b)_m\\right)',
    paper: paper('van den Berg et al.', '1803.05649'),
    about: 'A planar layer with several directions at once: Q has orthonormal columns, R and R̃ are triangular.',
    forward: 'M D multiplications',
    inverse: 'M scalar equations, one after another',
    knobs: [{ name: 'strength', label: 'size of R', min: 0, max: 2.5, initial: 1.2 }],
    random: true,
    event: [2],
    make: ({ strength = 1 }, seed) => {
      const layer = initialised(new Sylvester({ dimensions: 2 }))
      randomise(layer, seed, (path) => (path === 'r' ? strength : path === 'b' ? 0.6 : 1.2))
      return layer
    },
  },
  autoregressive: {
    name: 'autoregressive (MAF)',
    formula: 'y_d = x_d\\, e^{s_d(x_{<d})} + t_d(x_{<d})',
    logDet: '\\sum_d s_d(x_{<d})',
    paper: paper('MAF', '1705.07057'),
    about:
      'Every value is scaled and shifted by what all values before it say: the fullest triangle there is. One direction is a single pass, the other goes value after value.',
    forward: 'one pass of the network',
    inverse: 'value after value',
    knobs: [strength],
    random: true,
    event: [2],
    make: ({ strength = 0.9 }, seed) => {
      const family = affine({ bound: 1.5 })
      const conditioner = new MADE({
        dimensions: 2,
        parameters: parameterSizes(family),
        hidden: [24],
        activation: 'tanh',
        zeroOutput: false,
      })
      randomise(conditioner, seed, (path) =>
        path.startsWith('0') ? 1.2 : path.endsWith('bias') ? 0.3 * strength : (1.6 * strength) / Math.sqrt(24),
      )
      return new MaskedAutoregressive({ dimensions: 2, family, conditioner })
    },
  },
} satisfies Record<string, LayerEntry>

/** The name of a layer in the address. */
export type LayerKey = keyof typeof catalogue

/** The names, in the table's order. */
export const layerKeys = Object.keys(catalogue) as LayerKey[]

/** An entry by its name. */
export const entryOf = (key: LayerKey): LayerEntry => catalogue[key]

/** A layer at the start of its sliders. */
export const atStart = (entry: LayerEntry): Record<string, number> =>
  Object.fromEntries(entry.knobs.map(({ name, initial }) => [name, initial]))
