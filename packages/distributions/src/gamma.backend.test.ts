import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Gamma } from './gamma.js'

distributionContract('Gamma', {
  make: () => new Gamma({ concentration: [[0.7], [3]], rate: [0.5, 2], learnable: true }),
  registry: registryOf(Gamma),
  pathwise: 'cdf',
})

distributionContract('Gamma of extreme shapes', {
  make: () => new Gamma({ concentration: [0.15, 60], rate: [1, 40], learnable: true }),
  registry: registryOf(Gamma),
  pathwise: 'cdf',
  parameterSpread: 0.05,
  integral: 1e-4,
})
