import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Exponential } from './exponential.js'

distributionContract('Exponential', {
  make: () => new Exponential({ rate: [0.5, 3], learnable: true }),
  registry: registryOf(Exponential),
})
