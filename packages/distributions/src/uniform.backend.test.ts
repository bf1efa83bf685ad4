import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Uniform } from './uniform.js'

distributionContract('Uniform', {
  make: () => new Uniform({ low: [-1, 0.5], high: [0, 4], learnable: true }),
  registry: registryOf(Uniform),
  parameterSpread: 0.05,
  // its jumps
  integral: 1e-2,
})

distributionContract('Uniform of given ends', {
  make: () => new Uniform({ low: [-1, 0.5], high: [0, 4] }),
  registry: registryOf(Uniform),
  integral: 1e-2,
})
