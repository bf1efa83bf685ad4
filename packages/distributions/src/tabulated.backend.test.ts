import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Tabulated } from './tabulated.js'

distributionContract('Tabulated', {
  make: () => Tabulated.fromDensity((x) => Math.exp(-(x ** 4) + 2 * x ** 2), { lower: -3, upper: 3, bins: 200 }),
  registry: registryOf(Tabulated),
  integral: 1e-4,
  kappa: 8,
})
