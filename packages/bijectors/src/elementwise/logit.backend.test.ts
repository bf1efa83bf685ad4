import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import { Logit } from './logit.js'

bijectorContract('Logit', {
  make: () => new Logit(),
  event: [],
  domain: { lower: 0, upper: 1 },
  range: { lower: -Infinity, upper: Infinity },
  kappa: 16,
  edges: { forward: [1e-6, 0.5, 1 - 2 ** -20], inverse: [-80, -17, 0, 17, 80] },
  registry: registryOf(Logit),
})
