import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Mixture } from './mixture.js'
import { Normal } from './normal.js'

distributionContract('Mixture', {
  make: () =>
    new Mixture({
      components: new Normal({
        loc: [
          [-2, 2],
          [0, 1],
        ],
        scale: [
          [0.5, 1],
          [1, 2],
        ],
        learnable: true,
      }),
      weights: [0.3, 0.7],
      learnable: true,
    }),
  registry: registryOf(Mixture, Normal),
})
