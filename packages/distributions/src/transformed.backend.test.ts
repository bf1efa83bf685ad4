import { Exp } from '@ebbflow/bijectors'
import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Normal } from './normal.js'
import { Transformed } from './transformed.js'

distributionContract('Transformed', {
  make: () =>
    new Transformed(new Normal({ loc: [-1, 0.5], scale: [0.5, 0.3], learnable: true }), new Exp(), {
      support: { kind: 'real', lower: 0, upper: Infinity },
    }),
  registry: registryOf(Transformed, Normal, Exp),
})
