import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { LogNormal } from './log-normal.js'

distributionContract('LogNormal', {
  make: () => new LogNormal({ loc: [-1, 0.5], scale: [0.5, 0.3], learnable: true }),
  registry: registryOf(LogNormal),
})
