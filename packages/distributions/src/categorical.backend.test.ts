import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Categorical } from './categorical.js'

distributionContract('Categorical', {
  make: () =>
    new Categorical({
      logits: [
        [0, 1, -1],
        [2, 0, 0.5],
      ],
      learnable: true,
    }),
  registry: registryOf(Categorical),
})
