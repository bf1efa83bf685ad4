import { Exp } from '@ebbflow/bijectors'
import type { Distribution } from '@ebbflow/core'
import {
  Bernoulli,
  Beta,
  Categorical,
  Cauchy,
  Exponential,
  Gamma,
  Gumbel,
  Independent,
  Laplace,
  Logistic,
  LogNormal,
  Mixture,
  MultivariateNormal,
  Normal,
  StudentT,
  Tabulated,
  Transformed,
  Uniform,
  VonMises,
} from '@ebbflow/distributions'

const learnable = true
const places = { loc: [-1, 0.5, 3], scale: [0.5, 1, 2], learnable }

/** At least one of each type that a model file may name, batches of several, parameters learnable where there are some. */
export const DISTRIBUTIONS: Readonly<Record<string, () => Distribution>> = {
  bernoulli: () => new Bernoulli({ probs: [0.2, 0.7, 0.4], learnable }),
  beta: () => new Beta({ alpha: [0.7, 3], beta: [2, 1.5], learnable }),
  categorical: () =>
    new Categorical({
      logits: [
        [0, 1, -1],
        [2, 0, 0.5],
      ],
      learnable,
    }),
  cauchy: () => new Cauchy(places),
  exponential: () => new Exponential({ rate: [0.5, 3], learnable }),
  gamma: () => new Gamma({ concentration: [[0.7], [3]], rate: [0.5, 2], learnable }),
  gumbel: () => new Gumbel(places),
  independent: () => new Independent(new Normal(places)),
  laplace: () => new Laplace(places),
  logistic: () => new Logistic(places),
  'log-normal': () => new LogNormal({ loc: [-1, 0.5], scale: [0.5, 0.3], learnable }),
  mixture: () =>
    new Mixture({
      components: new Normal({
        loc: [
          [-2, 2],
          [0, 1],
        ],
        scale: 0.7,
        learnable,
      }),
      weights: [0.3, 0.7],
      learnable,
    }),
  'multivariate normal': () =>
    new MultivariateNormal({
      loc: [-1, 2, 0],
      scaleTril: [
        [1, 0, 0],
        [0.5, 2, 0],
        [-0.3, 0.2, 0.7],
      ],
      learnable,
    }),
  normal: () => new Normal(places),
  'student-t': () => new StudentT({ df: [5, 1.5], loc: [-1, 2], scale: [0.5, 2], learnable }),
  tabulated: () => Tabulated.fromHistogram({ counts: [3, 1, 4, 1, 5], edges: [-2, -1.5, 0, 0.5, 2, 2.25] }),
  transformed: () => new Transformed(new Normal({ loc: [-1, 0.5], scale: [0.5, 0.3], learnable }), new Exp()),
  uniform: () => new Uniform({ low: [-1, 2], high: [0.5, 5], learnable }),
  'von Mises': () => new VonMises({ loc: [-1, 2], concentration: [0.5, 4], learnable }),
}
