import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { VonMises } from './von-mises.js'

distributionContract('VonMises', {
  make: () => new VonMises({ loc: [-1, 2], concentration: [0.8, 30], learnable: true }),
  registry: registryOf(VonMises),
  // mean and variance are those of directions
  moments: false,
})
