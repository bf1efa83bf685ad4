import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { MultivariateNormal } from './multivariate-normal.js'

distributionContract('MultivariateNormal', {
  make: () =>
    new MultivariateNormal({
      loc: [-1, 2],
      scaleTril: [
        [1, 0],
        [0.5, 2],
      ],
      learnable: true,
    }),
  registry: registryOf(MultivariateNormal),
})

distributionContract('MultivariateNormal of independent values', {
  make: () =>
    new MultivariateNormal({
      loc: [
        [-1, 2],
        [0, 0],
      ],
      scaleDiag: [0.5, 2],
      learnable: true,
    }),
  registry: registryOf(MultivariateNormal),
})

distributionContract('MultivariateNormal with a batch of factors', {
  make: () =>
    new MultivariateNormal({
      scaleTril: [
        [
          [1, 0],
          [0.5, 2],
        ],
        [
          [0.3, 0],
          [-1, 1],
        ],
      ],
      learnable: true,
    }),
  registry: registryOf(MultivariateNormal),
})
