import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import { Softplus } from './softplus.js'

bijectorContract('Softplus', {
  make: () => new Softplus(),
  event: [],
  range: { lower: 0, upper: Number.POSITIVE_INFINITY },
  kappa: 8,
  edges: { forward: [-80, -20, 0, 20, 80], inverse: [1e-6, 1, 50] },
  registry: registryOf(Softplus),
})
