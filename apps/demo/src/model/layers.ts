import { call, construct, type Expression } from './expression.js'
import { binsOption, familyOf, familyOption } from './families.js'
import type { Option, Values } from './options.js'
import type { Paper } from './recipes.js'

/** A layer as the page offers it; its expression is a bijector from noise to data. */
export interface LayerKind {
  readonly name: string
  readonly title: string
  readonly formula: string
  readonly paper: Paper
  readonly options: readonly Option[]
  /** Fewest columns that it takes. */
  readonly least?: number
  readonly expression: (dimensions: number, values: Values) => Expression
}

const hidden: Option = { key: 'hidden', label: 'Hidden units', kind: 'widths', standard: [32, 32] }
const arXiv = (id: string, title: string, by: string): Paper => ({ title, by, url: `https://arxiv.org/abs/${id}` })
const widths = (values: Values): readonly number[] => values.hidden as readonly number[]
const inverse = (inner: Expression): Expression => construct('Inverse', inner)

/** The layers that a flow can be stacked of by hand. */
export const layerKinds: readonly LayerKind[] = [
  {
    name: 'coupling',
    title: 'Coupling',
    formula: 'x_2 = f(z_2;\\, \\theta(z_1)),\\quad x_1 = z_1',
    paper: arXiv('1605.08803', 'Density estimation using Real NVP', 'Dinh et al. 2017'),
    options: [familyOption, binsOption, hidden],
    least: 2,
    expression: (dimensions, values) => {
      const { expression: family, size } = familyOf(values)
      const split = Math.floor(dimensions / 2)
      const sizes = { inputs: split, outputs: (dimensions - split) * size }
      return construct('Coupling', {
        dimensions,
        family,
        conditioner: construct('MLP', { ...sizes, hidden: widths(values) }),
      })
    },
  },
  {
    name: 'autoregressive',
    title: 'Masked autoregressive',
    formula: 'z_d = f(x_d;\\, \\theta_d(x_{<d}))',
    paper: arXiv('1705.07057', 'Masked Autoregressive Flow', 'Papamakarios et al. 2017'),
    options: [
      familyOption,
      binsOption,
      hidden,
      {
        key: 'order',
        label: 'Order of the values',
        kind: 'choice',
        choices: [
          { value: 'natural', label: 'first to last' },
          { value: 'reversed', label: 'last to first' },
        ],
        standard: 'natural',
      },
    ],
    least: 2,
    expression: (dimensions, values) => {
      const { expression: family } = familyOf(values)
      const conditioner = construct('MADE', {
        dimensions,
        parameters: call('parameterSizes', family),
        hidden: widths(values),
        order: values.order as string,
      })
      return inverse(construct('MaskedAutoregressive', { dimensions, family, conditioner }))
    },
  },
  {
    name: 'permutation',
    title: 'Permutation',
    formula: 'x = P z \\quad\\text{(each value one place on)}',
    paper: arXiv('1410.8516', 'NICE', 'Dinh et al. 2014'),
    options: [],
    least: 2,
    expression: (dimensions) =>
      construct(
        'Permutation',
        Array.from({ length: dimensions }, (_, i) => (i + 1) % dimensions),
      ),
  },
  {
    name: 'linear',
    title: 'LU linear map',
    formula: 'x = L U z + b,\\quad \\log|\\det| = \\textstyle\\sum_i \\ln u_{ii}',
    paper: arXiv('1801.09819', 'Transformation Autoregressive Networks', 'Oliva et al. 2018'),
    options: [],
    expression: (dimensions) => construct('LULinear', { dimensions }),
  },
  {
    name: 'rotation',
    title: 'Householder rotation',
    formula: 'x = H_1 \\cdots H_K z,\\quad H = I - 2 v v^\\top / \\|v\\|^2',
    paper: arXiv('1611.09630', 'Improving VAEs using Householder Flow', 'Tomczak & Welling 2016'),
    options: [],
    expression: (dimensions) => construct('Householder', { dimensions }),
  },
  {
    name: 'affine',
    title: 'Affine map',
    formula: 'x = s \\odot z + t',
    paper: arXiv(
      '1912.02762',
      'Normalizing Flows for Probabilistic Modeling and Inference',
      'Papamakarios et al. 2021',
    ),
    options: [],
    expression: (dimensions) => construct('Affine', { shape: [dimensions], learnable: true }),
  },
  {
    name: 'spline',
    title: 'Elementwise spline',
    formula: 'x_d = \\mathrm{RQS}_d(z_d)',
    paper: arXiv('1906.04032', 'Neural Spline Flows', 'Durkan et al. 2019'),
    options: [{ ...binsOption, label: 'Bins' }],
    expression: (dimensions, { bins }) =>
      construct('Elementwise', {
        family: call('rationalQuadratic', { bins: Number(bins), bound: 5 }),
        shape: [dimensions],
      }),
  },
  {
    name: 'actNorm',
    title: 'ActNorm',
    formula: 'z = e^{s} \\odot x + b',
    paper: arXiv('1807.03039', 'Glow', 'Kingma & Dhariwal 2018'),
    options: [],
    expression: (dimensions) => inverse(construct('ActNorm', { shape: [dimensions] })),
  },
  {
    name: 'batchNorm',
    title: 'Batch normalisation',
    formula: 'z = e^{s} \\odot (x - \\tilde\\mu) / \\sqrt{\\tilde\\sigma^2 + \\varepsilon} + b',
    paper: arXiv('1605.08803', 'Density estimation using Real NVP', 'Dinh et al. 2017'),
    options: [],
    expression: (dimensions) => inverse(construct('BatchNorm', { shape: [dimensions], affine: true })),
  },
  {
    name: 'planar',
    title: 'Planar',
    formula: 'z = x + \\hat u \\tanh(w^\\top x + b)',
    paper: arXiv('1505.05770', 'Variational Inference with Normalizing Flows', 'Rezende & Mohamed 2015'),
    options: [],
    expression: (dimensions) => inverse(construct('Planar', { dimensions })),
  },
  {
    name: 'radial',
    title: 'Radial',
    formula: 'x = z + \\beta (z - z_0) / (\\alpha + \\|z - z_0\\|)',
    paper: arXiv('1505.05770', 'Variational Inference with Normalizing Flows', 'Rezende & Mohamed 2015'),
    options: [],
    expression: (dimensions) => construct('Radial', { dimensions }),
  },
  {
    name: 'sylvester',
    title: 'Sylvester',
    formula: 'z = x + Q R \\tanh(\\tilde R Q^\\top x + b)',
    paper: arXiv('1803.05649', 'Sylvester Normalizing Flows', 'van den Berg et al. 2018'),
    options: [],
    expression: (dimensions) => inverse(construct('Sylvester', { dimensions })),
  },
  {
    name: 'residual',
    title: 'Residual block',
    formula: 'z = x + g(x),\\quad \\mathrm{Lip}(g) < 1',
    paper: arXiv('1811.00995', 'Invertible Residual Networks', 'Behrmann et al. 2019'),
    options: [hidden],
    expression: (dimensions, values) =>
      inverse(
        construct('InvertibleResidual', {
          net: construct('LipschitzMLP', { inputs: dimensions, outputs: dimensions, hidden: widths(values) }),
        }),
      ),
  },
  {
    name: 'ffjord',
    title: 'Continuous (FFJORD)',
    formula: '\\frac{dx}{dt} = g(t, x)',
    paper: arXiv('1810.01367', 'FFJORD', 'Grathwohl et al. 2019'),
    options: [hidden],
    expression: (dimensions, values) =>
      inverse(
        construct('FFJORD', {
          dimensions,
          dynamics: construct('MLP', {
            inputs: dimensions + 1,
            outputs: dimensions,
            hidden: widths(values),
            activation: 'softplus',
          }),
        }),
      ),
  },
]

export const layerKindOf = (name: string): LayerKind | undefined => layerKinds.find((kind) => kind.name === name)
