import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Gumbel } from './gumbel.js'

distributionContract('Gumbel', {
  make: () => new Gumbel({ loc: [-1, 0.5, 3], scale: [0.5, 1, 2], learnable: true }),
  registry: registryOf(Gumbel),
})
