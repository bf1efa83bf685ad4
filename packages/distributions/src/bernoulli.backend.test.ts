import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Bernoulli } from './bernoulli.js'

distributionContract('Bernoulli', {
  make: () => new Bernoulli({ probs: [0.2, 0.7], learnable: true }),
  registry: registryOf(Bernoulli),
})
