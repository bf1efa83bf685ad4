import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Categorical } from './categorical.js'
import { Laplace } from './laplace.js'
import { Logistic } from './logistic.js'
import { Mixture } from './mixture.js'
import { MultivariateNormal } from './multivariate-normal.js'
import { Normal } from './normal.js'

distributionContract('Mixture', {
  make: () =>
    new Mixture({
      components: new Normal({
        loc: [
          [-2, 2],
          [0, 1],
        ],
        scale: [
          [0.5, 1],
          [1, 2],
        ],
        learnable: true,
      }),
      weights: [0.3, 0.7],
      learnable: true,
    }),
  registry: registryOf(Mixture, Normal),
})

distributionContract('Mixture of a list', {
  make: () =>
    new Mixture({
      components: [
        new Normal({ loc: -1, scale: 0.5, learnable: true }),
        new Logistic({ loc: [0, 2], scale: [1, 0.5], learnable: true }),
        new Laplace({ loc: 3, learnable: true }),
      ],
      logits: [
        [0, 1, -1],
        [0.5, 0, 0.2],
      ],
      learnable: true,
    }),
  registry: registryOf(Mixture, Normal, Logistic, Laplace),
  integral: 1e-4,
})

distributionContract('Mixture of vectors', {
  make: () =>
    new Mixture({
      components: new MultivariateNormal({
        loc: [
          [-1, 0],
          [2, 1],
        ],
        scaleDiag: [
          [1, 0.5],
          [0.7, 1],
        ],
        learnable: true,
      }),
      learnable: true,
    }),
  registry: registryOf(Mixture, MultivariateNormal),
})

distributionContract('Mixture of discrete distributions', {
  make: () =>
    new Mixture({
      components: [
        new Categorical({ probs: [1, 2, 3], learnable: true }),
        new Categorical({ logits: [1, 0, -1], learnable: true }),
      ],
      learnable: true,
    }),
  registry: registryOf(Mixture, Categorical),
})
