import { registryOf } from '@ebbflow/core'
import { distributionContract } from '@ebbflow/testing'
import { StudentT } from './student-t.js'

distributionContract('StudentT', {
  make: () => new StudentT({ df: [5, 1.5], loc: [-1, 2], scale: [0.5, 2], learnable: true }),
  registry: registryOf(StudentT),
  pathwise: 'cdf',
  moments: false,
})

distributionContract('StudentT of many degrees of freedom', {
  make: () => new StudentT({ df: [12, 400], scale: 2, learnable: true }),
  registry: registryOf(StudentT),
  pathwise: 'cdf',
})
