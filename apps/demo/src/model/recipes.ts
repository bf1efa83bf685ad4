import { call, type Expression } from './expression.js'
import type { Option, Values } from './options.js'

/** A paper. */
export interface Paper {
  readonly title: string
  readonly by: string
  readonly url: string
}

/** A recipe as the page offers it. */
export interface Recipe {
  readonly name: string
  readonly title: string
  readonly about: string
  /** In TeX. */
  readonly formula: string
  readonly paper: Paper
  readonly options: readonly Option[]
  readonly expression: (dimensions: number, values: Values) => Expression
}

const layers = (standard: number, most = 24): Option => ({
  key: 'layers',
  label: 'Layers',
  kind: 'whole',
  least: 1,
  most,
  standard,
})
const hidden = (...standard: number[]): Option => ({ key: 'hidden', label: 'Hidden units', kind: 'widths', standard })
const bins: Option = { key: 'bins', label: 'Bins', kind: 'whole', least: 2, most: 32, standard: 8 }
const bound: Option = {
  key: 'bound',
  label: 'Largest log-scale',
  kind: 'real',
  least: 0.5,
  most: 6,
  standard: 3,
  hint: 'Of one layer: what keeps a deep stack from overflowing.',
}

const choice = (key: string, label: string, ...values: string[]): Option => ({
  key,
  label,
  kind: 'choice',
  choices: values.map((value) => ({ value, label: value })),
  standard: values[0]!,
})

const arXiv = (id: string, title: string, by: string): Paper => ({ title, by, url: `https://arxiv.org/abs/${id}` })

const plainly =
  (name: string, more: Record<string, Expression> = {}) =>
  (dimensions: number, values: Values): Expression =>
    call(name, { dimensions, ...more, ...values })

/** The recipes for vectors, in the order in which they are offered. */
export const recipes: readonly Recipe[] = [
  {
    name: 'nsf',
    title: 'Neural spline flow',
    about: 'Couplings whose maps are monotone rational-quadratic splines. Fast both ways; bends space where it must.',
    formula: 'x_2 = \\mathrm{RQS}_{\\theta(x_1)}(z_2),\\quad x_1 = z_1',
    paper: arXiv('1906.04032', 'Neural Spline Flows', 'Durkan et al. 2019'),
    options: [layers(6, 16), hidden(32, 32), bins],
    expression: plainly('nsf'),
  },
  {
    name: 'realNVP',
    title: 'RealNVP',
    about: 'Affine couplings: one half of the values scales and shifts the other.',
    formula: 'x_2 = z_2 \\odot e^{s(z_1)} + t(z_1),\\quad x_1 = z_1',
    paper: arXiv('1605.08803', 'Density estimation using Real NVP', 'Dinh et al. 2017'),
    options: [layers(8), hidden(64, 64), bound],
    expression: plainly('realNVP'),
  },
  {
    name: 'nice',
    title: 'NICE',
    about: 'Couplings that only shift, so volume changes in one diagonal scaling alone.',
    formula: 'x_2 = z_2 + t(z_1),\\quad x_1 = z_1',
    paper: arXiv('1410.8516', 'NICE: Non-linear Independent Components Estimation', 'Dinh et al. 2014'),
    options: [layers(8), hidden(64, 64)],
    expression: plainly('nice'),
  },
  {
    name: 'maf',
    title: 'Masked autoregressive flow',
    about:
      'Each value is scaled and shifted by those before it: one pass for a density, one value after another for a sample.',
    formula: 'z_d = x_d \\, e^{s_d(x_{<d})} + t_d(x_{<d})',
    paper: arXiv('1705.07057', 'Masked Autoregressive Flow for Density Estimation', 'Papamakarios et al. 2017'),
    options: [layers(6, 16), hidden(64, 64), bound],
    expression: plainly('maf'),
  },
  {
    name: 'nsfAutoregressive',
    title: 'Autoregressive splines',
    about: 'Splines in masked autoregressive layers: they say more a layer than couplings, and sample value by value.',
    formula: 'z_d = \\mathrm{RQS}_{\\theta(x_{<d})}(x_d)',
    paper: arXiv('1906.04032', 'Neural Spline Flows', 'Durkan et al. 2019'),
    options: [layers(3, 12), hidden(64, 64), bins],
    expression: plainly('nsf', { transform: 'autoregressive' }),
  },
  {
    name: 'planar',
    title: 'Planar flow',
    about: 'Each layer bends space across one plane. Many of them are needed.',
    formula: 'z = x + \\hat u \\, h(w^\\top x + b)',
    paper: arXiv('1505.05770', 'Variational Inference with Normalizing Flows', 'Rezende & Mohamed 2015'),
    options: [layers(24, 48), choice('activation', 'h', 'tanh', 'sigmoid')],
    expression: plainly('planar'),
  },
  {
    name: 'sylvester',
    title: 'Sylvester flow',
    about: 'Planar layers with several hidden units each.',
    formula: 'z = x + Q R \\, h(\\tilde R Q^\\top x + b)',
    paper: arXiv('1803.05649', 'Sylvester Normalizing Flows', 'van den Berg et al. 2018'),
    options: [layers(16, 32), choice('activation', 'h', 'tanh', 'sigmoid')],
    expression: plainly('sylvester'),
  },
  {
    name: 'residual',
    title: 'Residual flow',
    about: 'A residual network held to a Lipschitz constant below 1, so that it can be inverted by iteration.',
    formula: 'z = x + g(x),\\quad \\mathrm{Lip}(g) < 1',
    paper: arXiv('1906.02735', 'Residual Flows for Invertible Generative Modeling', 'Chen et al. 2019'),
    options: [layers(6, 16), hidden(32, 32)],
    expression: plainly('residual'),
  },
  {
    name: 'ffjord',
    title: 'FFJORD',
    about: 'Data flow to noise along a differential equation. Slow to train, for a solver runs inside each step.',
    formula:
      '\\frac{dx}{dt} = g(t, x),\\quad \\log|\\det| = \\int_0^1 \\mathrm{tr}\\,\\frac{\\partial g}{\\partial x}\\, dt',
    paper: arXiv('1810.01367', 'FFJORD: Free-form Continuous Dynamics', 'Grathwohl et al. 2019'),
    options: [layers(1, 3), hidden(32, 32), choice('activation', 'Activation', 'softplus', 'tanh', 'silu', 'elu')],
    expression: plainly('ffjord'),
  },
]

/** The recipe of a name, or the first. */
export const recipeOf = (name: string): Recipe => recipes.find((recipe) => recipe.name === name) ?? recipes[0]!
