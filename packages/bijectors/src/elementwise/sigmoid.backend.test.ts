import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import { Sigmoid } from './sigmoid.js'

bijectorContract('Sigmoid', {
  make: () => new Sigmoid(),
  event: [],
  range: { lower: 0, upper: 1 },
  // 1 − y cancels where y is near 1
  kappa: 16,
  edges: { forward: [-80, -17, 0, 17, 80], inverse: [1e-6, 0.5, 1 - 2 ** -20] },
  registry: registryOf(Sigmoid),
})
