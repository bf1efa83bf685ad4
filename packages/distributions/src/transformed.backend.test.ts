import { Affine, Exp, Sigmoid } from '@ebbflow/bijectors'
import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Independent } from './independent.js'
import { Logistic } from './logistic.js'
import { Normal } from './normal.js'
import { Transformed } from './transformed.js'

distributionContract('Transformed', {
  make: () =>
    new Transformed(new Normal({ loc: [-1, 0.5], scale: [0.5, 0.3], learnable: true }), new Exp(), {
      support: { kind: 'real', lower: 0, upper: Infinity },
    }),
  registry: registryOf(Transformed, Normal, Exp),
})

distributionContract('Transformed by a decreasing bijector', {
  make: () => new Transformed(new Logistic({ loc: [-1, 0.5], learnable: true }), new Affine({ shift: 1, scale: -2 })),
  registry: registryOf(Transformed, Logistic, Affine),
})

distributionContract('Transformed into an interval, as a vector', {
  make: () =>
    new Transformed(new Independent(new Normal({ loc: [-1, 0.5], scale: 0.7, learnable: true })), new Sigmoid(), {
      support: { kind: 'real', lower: 0, upper: 1 },
    }),
  registry: registryOf(Transformed, Normal, Independent, Sigmoid),
  kappa: 4,
})
