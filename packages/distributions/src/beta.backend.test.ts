import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Beta } from './beta.js'

distributionContract('Beta', {
  make: () => new Beta({ alpha: [0.7, 3], beta: [2, 1.5], learnable: true }),
  registry: registryOf(Beta),
  pathwise: 'cdf',
})

distributionContract('Beta of extreme shapes', {
  make: () => new Beta({ alpha: [0.4, 40], beta: [0.5, 20], learnable: true }),
  registry: registryOf(Beta),
  pathwise: 'cdf',
  parameterSpread: 0.05,
  // the ends hold mass that double precision cannot tell from 1
  integral: 1e-5,
})
