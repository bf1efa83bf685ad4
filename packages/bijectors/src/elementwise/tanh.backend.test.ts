import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import { Tanh } from './tanh.js'

bijectorContract('Tanh', {
  make: () => new Tanh(),
  event: [],
  range: { lower: -1, upper: 1 },
  kappa: 16,
  edges: { forward: [-80, -9, 0, 9, 80], inverse: [-1 + 2 ** -20, 0, 1 - 2 ** -20] },
  registry: registryOf(Tanh),
})
