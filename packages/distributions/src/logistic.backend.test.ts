import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { Logistic } from './logistic.js'

distributionContract('Logistic', {
  make: () => new Logistic({ loc: [-1, 0.5, 3], scale: [0.5, 1, 2], learnable: true }),
  registry: registryOf(Logistic),
})
