import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Tabulated } from './tabulated.js'

distributionContract('Tabulated', {
  make: () => Tabulated.fromDensity((x) => Math.exp(-(x ** 4) + 2 * x ** 2), { lower: -3, upper: 3, bins: 200 }),
  registry: registryOf(Tabulated),
  integral: 1e-4,
  kappa: 8,
})

distributionContract('Tabulated from a histogram', {
  make: () => Tabulated.fromHistogram({ counts: [3, 1, 4, 1, 5], edges: [-2, -1.5, 0, 0.5, 2, 2.25] }),
  registry: registryOf(Tabulated),
  integral: 1e-2,
})

distributionContract('Tabulated from a distribution function', {
  make: () => Tabulated.fromCdf((x) => 1 / (1 + Math.exp(-x)), { lower: -6, upper: 9, bins: 300 }),
  registry: registryOf(Tabulated),
  integral: 1e-4,
  kappa: 8,
})
