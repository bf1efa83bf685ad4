import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Exponential } from './exponential.js'
import { Independent } from './independent.js'
import { Normal } from './normal.js'

distributionContract('Independent', {
  make: () =>
    new Independent(
      new Normal({
        loc: [
          [-1, 2],
          [0, 1],
        ],
        scale: [0.5, 2],
        learnable: true,
      }),
      { rank: 1 },
    ),
  registry: registryOf(Independent, Normal),
})

distributionContract('Independent of no axes', {
  make: () => new Independent(new Exponential({ rate: [1, 3], learnable: true }), { rank: 0 }),
  registry: registryOf(Independent, Exponential),
})

distributionContract('Independent on a half-plane', {
  make: () => new Independent(new Exponential({ rate: [1, 3], learnable: true })),
  registry: registryOf(Independent, Exponential),
})
