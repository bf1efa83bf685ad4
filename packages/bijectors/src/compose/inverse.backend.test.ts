import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import { Exp } from '../elementwise/exp.js'
import { ActNorm } from '../linear/act-norm.js'
import { Radial } from '../residual/radial.js'
import { Inverse } from './inverse.js'

bijectorContract('Inverse', {
  make: () => new Inverse(new Exp()),
  event: [],
  domain: { lower: 0, upper: Infinity },
  range: { lower: -Infinity, upper: Infinity },
  kappa: 4,
  registry: registryOf(Inverse, Exp),
})
for (const dimensions of [1, 2, 5, 64])
  bijectorContract(`Inverse, D = ${dimensions}`, {
    make: () => new Inverse(new Radial({ dimensions })),
    event: [dimensions],
    kappa: 16,
    registry: registryOf(Inverse, Radial),
  })
bijectorContract('Inverse, 8×8×4', {
  make: () => new Inverse(new ActNorm({ shape: [8, 8, 4] })),
  event: [8, 8, 4],
  kappa: 8,
  registry: registryOf(Inverse, ActNorm),
})
