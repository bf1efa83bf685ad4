import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
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
