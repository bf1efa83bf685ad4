import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Bernoulli } from './bernoulli.js'

distributionContract('Bernoulli', {
  make: () => new Bernoulli({ probs: [0.2, 0.7], learnable: true }),
  registry: registryOf(Bernoulli),
})

distributionContract('Bernoulli by logits', {
  make: () => new Bernoulli({ logits: [[-2], [1]], learnable: true }),
  registry: registryOf(Bernoulli),
})
