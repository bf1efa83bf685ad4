import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Laplace } from './laplace.js'

distributionContract('Laplace', {
  make: () => new Laplace({ loc: [-1, 0.5, 3], scale: [0.5, 1, 2], learnable: true }),
  registry: registryOf(Laplace),
  // its kink
  integral: 1e-4,
})
