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

distributionContract('Categorical with an impossible category', {
  make: () =>
    new Categorical({
      probs: [
        [1, 0, 3],
        [2, 2, 1],
      ],
      learnable: true,
    }),
  registry: registryOf(Categorical),
})
