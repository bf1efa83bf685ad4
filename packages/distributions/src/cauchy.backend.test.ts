import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Cauchy } from './cauchy.js'

distributionContract('Cauchy', {
  make: () => new Cauchy({ loc: [-1, 0.5, 3], scale: [0.5, 1, 2], learnable: true }),
  registry: registryOf(Cauchy),
  moments: false,
  kappa: 4,
})
