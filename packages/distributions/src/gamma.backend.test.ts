import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Gamma } from './gamma.js'

distributionContract('Gamma', {
  make: () => new Gamma({ concentration: [[0.7], [3]], rate: [0.5, 2], learnable: true }),
  registry: registryOf(Gamma),
  pathwise: 'cdf',
})
