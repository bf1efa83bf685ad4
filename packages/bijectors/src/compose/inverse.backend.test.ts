import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import { Exp } from '../elementwise/exp.js'
import { Inverse } from './inverse.js'

bijectorContract('Inverse', {
  make: () => new Inverse(new Exp()),
  event: [],
  domain: { lower: 0, upper: Infinity },
  range: { lower: -Infinity, upper: Infinity },
  kappa: 4,
  registry: registryOf(Inverse, Exp),
})
