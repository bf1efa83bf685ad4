import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Normal } from './normal.js'

distributionContract('Normal', {
  make: () => new Normal({ loc: [-1, 0.5, 3], scale: [0.5, 1, 2], learnable: true }),
  registry: registryOf(Normal),
})
