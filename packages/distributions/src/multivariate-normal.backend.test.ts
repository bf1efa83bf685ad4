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
