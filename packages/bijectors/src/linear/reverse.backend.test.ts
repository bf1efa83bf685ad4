import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import { Reverse } from './reverse.js'

bijectorContract('Reverse', { make: () => new Reverse(), event: [5], registry: registryOf(Reverse) })
