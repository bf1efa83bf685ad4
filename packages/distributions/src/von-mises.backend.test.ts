import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { VonMises } from './von-mises.js'

distributionContract('VonMises', {
  make: () => new VonMises({ loc: [-1, 2], concentration: [0.8, 30], learnable: true }),
  registry: registryOf(VonMises),
  // mean and variance are those of directions
  moments: false,
})

distributionContract('VonMises of extreme concentrations', {
  make: () => new VonMises({ loc: [3, -3], concentration: [0.01, 900], learnable: true }),
  registry: registryOf(VonMises),
  moments: false,
  // angles of a sharp peak that straddles ±π
  kappa: 30,
  integral: 1e-4,
})
