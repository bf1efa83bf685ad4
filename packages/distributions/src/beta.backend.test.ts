import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Beta } from './beta.js'

distributionContract('Beta', {
  make: () => new Beta({ alpha: [0.7, 3], beta: [2, 1.5], learnable: true }),
  registry: registryOf(Beta),
  pathwise: 'cdf',
})
