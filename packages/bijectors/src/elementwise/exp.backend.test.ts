import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import { Exp } from './exp.js'

bijectorContract('Exp', {
  make: () => new Exp(),
  event: [],
  range: { lower: 0, upper: Number.POSITIVE_INFINITY },
  kappa: 4,
  edges: { forward: [-80, 0, 80], inverse: [1e-30, 1, 1e30] },
  registry: registryOf(Exp),
})
