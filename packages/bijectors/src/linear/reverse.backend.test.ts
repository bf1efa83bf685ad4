import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import { Reverse } from './reverse.js'

for (const event of [[1], [2], [5], [64]])
  bijectorContract(`Reverse, D = ${event}`, { make: () => new Reverse(), event, registry: registryOf(Reverse) })
